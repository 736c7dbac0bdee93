/**
 * What is changed in Svelvet 10.0.2 while the window is built, each by an exact match: a version in which one no longer matches
 * fails the build. Measured reasons are in DECISIONS.md.
 */
import type { Plugin } from 'vite'

interface Patch {
  /** End of the module's path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

const lazyPart = (name: string): Patch[] => {
  const folders: Readonly<Record<string, string>> = {
    Minimap: 'Minimap/Minimap',
    ThemeToggle: 'ThemeToggle/ThemeToggle',
    Controls: 'Controls/Controls',
    DrawerController: 'Drawer/DrawerController',
    ContrastTheme: 'ContrastTheme/ContrastTheme',
  }
  const path = `../../components/${folders[name]}.svelte`
  return [{ file: 'containers/Graph/Graph.svelte', from: `(await import("${path}")).default`, to: 'null' }]
}

const PATCHES: readonly Patch[] = [
  // Parts of its own that we do not show; one of them imports a font from the network.
  ...['Minimap', 'ThemeToggle', 'Controls', 'DrawerController', 'ContrastTheme'].flatMap(lazyPart),
  // It would read a whole graph from whatever lies in the page's storage under "state".
  { file: 'containers/Svelvet/Svelvet.svelte', from: 'localStorage.getItem("state")', to: 'null' },
  {
    file: 'containers/Svelvet/Svelvet.svelte',
    from: 'import { reloadStore } from "../../utils/savers/reloadStore";',
    to: 'const reloadStore = () => null;',
  },
  { file: 'containers/Svelvet/Svelvet.svelte', from: 'import FlowChart from "../../components/FlowChart/FlowChart.svelte";', to: '' },
  { file: 'containers/Svelvet/Svelvet.svelte', from: '<FlowChart {mermaid} {mermaidConfig} />', to: '' },
  // A listener that was added for the capture phase is not taken off without saying so: each mount left one behind.
  {
    file: 'stores/CursorStore.js',
    from: "window.removeEventListener('touchstart', onTouchStart);",
    to: "window.removeEventListener('touchstart', onTouchStart, true);",
  },
  // Read when it is needed, instead of counted anew for all nodes with each step of a drag.
  {
    file: 'containers/Graph/Graph.svelte',
    from: 'calculateFitView(graphDimensions, $nodeBounds)',
    to: 'calculateFitView(graphDimensions, get(nodeBounds))',
  },
  // The graph is made with it already; set again after its making, it would take back the view that we have set meanwhile.
  { file: 'containers/Svelvet/Svelvet.svelte', from: 'graph.transforms.scale.set(zoom)', to: 'void zoom' },
  // It marks the whole page with a theme of its own.
  { file: 'containers/Graph/Graph.svelte', from: 'document.documentElement.setAttribute("svelvet-theme", theme)', to: 'void theme' },
]

export function svelvetPatches(): Plugin {
  const done = new Set<Patch>()
  let met = false
  return {
    name: 'svelvet patches',
    enforce: 'pre',
    transform(code, id) {
      const path = id.split('?')[0]?.replaceAll('\\', '/') ?? ''
      if (!path.includes('/svelvet/dist/')) return null
      met = true
      let text = code
      for (const patch of PATCHES) {
        if (!path.endsWith(patch.file) || id.includes('?')) continue
        if (!text.includes(patch.from))
          this.error(`Svelvet is not what its patches were made for: ${patch.file} no longer has ${patch.from}`)
        text = text.replaceAll(patch.from, patch.to)
        done.add(patch)
      }
      return text === code ? null : { code: text, map: null }
    },
    buildEnd(error) {
      const left = PATCHES.filter((patch) => !done.has(patch))
      if (!error && met && left.length > 0)
        this.error(`Patches of Svelvet that met nothing: ${left.map(({ file, from }) => `${file}: ${from}`).join('; ')}`)
    },
  }
}
