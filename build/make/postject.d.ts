/** postject carries no types; this is what is used of it. */
declare module 'postject' {
  export function inject(
    path: string,
    resource: string,
    data: Uint8Array,
    options: { readonly sentinelFuse: string; readonly machoSegmentName?: string },
  ): Promise<void>
}
