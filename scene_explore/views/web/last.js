// What the module gives: anywidget's two hooks, and the page's.
export default { render }
export { Deck, PageHost, Shared, Space, Stage, link, mountPage, panels }
