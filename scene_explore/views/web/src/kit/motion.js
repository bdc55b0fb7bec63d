// How much motion the reader asked for.

/** Whether less motion was asked for in the system's settings. */
export const lessMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches
