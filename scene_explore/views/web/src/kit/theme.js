// Colours of the theme, and when it changes.

// Registered, so that a canvas is given a colour and not the words light-dark(...).
for (const name of ['ink', 'soft', 'paper', 'card', 'line', 'accent', 'mark'])
  try {
    const initialValue = '#888'
    CSS.registerProperty({ name: `--se-${name}`, syntax: '<color>', inherits: true, initialValue })
  } catch {} // another stage did

/** @param {Element} e @param {string} name such as --se-ink */
export const css = (e, name) => getComputedStyle(e).getPropertyValue(name).trim()

/**
 * Whoever draws in colours of the theme draws again when it changes.
 * @param {() => void} draw
 * @returns {() => void} what ends it
 */
export const onTheme = draw => {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const seen = new MutationObserver(draw)
  dark.addEventListener('change', draw)
  seen.observe(document.body, { attributeFilter: ['data-jp-theme-light', 'data-theme'] })
  return () => {
    dark.removeEventListener('change', draw)
    seen.disconnect()
  }
}
