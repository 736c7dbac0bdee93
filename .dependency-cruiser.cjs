/** Layer rules of DESIGN section 3. Each rule says what it holds; `npm run check` fails on the first break. */
const ROOMS =
  'store|vault|bus|webhook|trigger|supervise|schedule|persona|run|model|tool|heal|team|import-n8n|serve|settings|preflight|cli|mcp|agent|unpack|update'
const ENGINE = '^extensions/engine'
const ROOT = `${ENGINE}/(main|boot|run-thread|mcp-thread|host)\\.ts$`

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Imports go one way.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'rooms-never-meet',
      comment: 'A room imports no other room; main.ts and run-thread.ts plug ports. The command line may use no room at all.',
      severity: 'error',
      from: { path: `${ENGINE}/(${ROOMS})/` },
      to: { path: `${ENGINE}/(${ROOMS})/`, pathNot: [`${ENGINE}/$1/`] },
    },
    {
      name: 'one-door',
      comment:
        'From outside, a room is entered through mod.ts; by thread.ts in a thread; and by migrations.ts and routes.ts, which are loaded at another time than the room.',
      severity: 'error',
      from: { path: `${ENGINE}/[^/]+\\.ts$` },
      to: { path: `${ENGINE}/(${ROOMS})/`, pathNot: `${ENGINE}/(${ROOMS})/(mod|thread|migrations|routes)\\.ts$` },
    },
    {
      name: 'contract-knows-only-zod-and-orpc',
      severity: 'error',
      from: { path: `${ENGINE}/contract/` },
      to: { pathNot: [`${ENGINE}/contract/`, 'node_modules/zod/', 'node_modules/@orpc/contract/'] },
    },
    {
      name: 'core-knows-only-the-contract',
      severity: 'error',
      from: { path: `${ENGINE}/core/`, pathNot: `${ENGINE}/core/node/` },
      to: { pathNot: [`${ENGINE}/core/`, `${ENGINE}/contract/`, 'node_modules/nanoid/'] },
    },
    {
      name: 'real-clock-and-disk-only-at-the-roots',
      comment: 'Rooms are handed time, chance and folders.',
      severity: 'error',
      from: { path: `${ENGINE}/(${ROOMS})/`, pathNot: `${ENGINE}/(cli)/` },
      to: { path: `${ENGINE}/core/node/` },
    },
    {
      name: 'nothing-imports-a-root',
      comment: 'Composition roots are started, not imported, except by the command line that hosts the engine.',
      severity: 'error',
      from: { path: '^(extensions|src)', pathNot: [ROOT, `${ENGINE}/cli/`] },
      to: { path: ROOT },
    },
    {
      name: 'window-knows-the-contract-only',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(extensions|build|test)/', pathNot: `${ENGINE}/contract/` },
    },
    {
      name: 'product-never-imports-build-or-test',
      severity: 'error',
      from: { path: '^(extensions|src)/' },
      to: { path: '^(build|test)/' },
    },
    {
      name: 'product-uses-declared-dependencies',
      severity: 'error',
      from: { path: '^extensions/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/.*/test)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
    },
  },
}
