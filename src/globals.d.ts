/** Filled in by vite.config.ts from package.json. */
declare const __TROUPE_BUILD__: string

declare module '*.svelte' {
  import type { Component } from 'svelte'

  const component: Component<Record<string, unknown>>
  export default component
}
