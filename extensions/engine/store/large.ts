/** The whole database lives in memory: from here on somebody should know. */
export const LARGE_BYTES = 300 * 1024 * 1024
