/** Filled in by vite.config.ts from package.json. */
declare const __TROUPE_BUILD__: string
