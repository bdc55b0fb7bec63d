// What the module gives: anywidget's hook.
export default { render }
