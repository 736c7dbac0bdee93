/** Every fixed bound in one table; the unit is in the name. What a person may change lies in settings.ts. */
export const LIMITS = {
  /** One WebSocket frame or HTTP body towards the engine. */
  frameBytes: 8 * 1024 * 1024,
  /** Bytes waiting for one slow client before its stream is held back. */
  clientBacklogBytes: 4 * 1024 * 1024,
  /** Live events are sent in batches, at most this long apart. */
  batchMs: 16,
  /** Events in one batch. */
  batchEvents: 512,
  /** Persona: name, summary, one section, all sections, counts. */
  nameChars: 80,
  summaryChars: 280,
  sectionChars: 100_000,
  sections: 40,
  parameters: 40,
  tags: 20,
  tagChars: 40,
  modelChain: 8,
  revisionMessageChars: 500,
  /** A run's input, as text. */
  inputChars: 4_000_000,
  /** All texts of one run with their placeholders filled in: more than the longest sections and the longest input together. */
  promptChars: 10_000_000,
  /** One imported persona file. */
  importBytes: 4 * 1024 * 1024,
  /** What the window may remember, per key and in all keys. */
  memoryKeyChars: 120,
  memoryValueChars: 64_000,
  memoryKeys: 500,
  /** Rows in one page of a list. */
  pageRows: 500,
  /** A run: defaults and bounds of what a persona may set. */
  runTimeoutMs: { default: 10 * 60_000, min: 1_000, max: 24 * 3_600_000 },
  runTurns: { default: 25, min: 1, max: 500 },
  /** Output kept per run; what comes after is counted and dropped, and the run says so. */
  runOutputBytes: { default: 8 * 1024 * 1024, min: 1024, max: 256 * 1024 * 1024 },
  /** One line of output; the rest of a longer line is cut, and the run says so. */
  runLineBytes: { default: 64 * 1024, min: 256, max: 4 * 1024 * 1024 },
  /** Runs of one persona at the same time. */
  runConcurrency: { default: 4, min: 1, max: 64 },
  /** One tool result handed to a model; the rest is cut, and the model and the person are told. */
  toolResultBytes: 256 * 1024,
  /** One message of guidance to a run, and how many may wait in one run. */
  guidanceChars: 20_000,
  guidanceWaiting: 50,
  /** How often the engine or the thread may end beneath a run, without a step done in between, before it is given up. */
  breaksWithoutProgress: 3,
  /** How often the same call with the same result makes a run ask; 0: never. */
  loopRepeats: { default: 4, min: 0, max: 100 },
  /** A wait that is longer parks the run, so that it holds no slot. */
  waitInSlotMs: 30_000,
  /** How long a child may take after SIGTERM before its tree is killed. */
  killGraceMs: 3_000,
  /** How long an orderly stop of the engine may take before it ends anyway. */
  stopGraceMs: 10_000,
  /** How long a one-time window link is good for. */
  linkTtlMs: 60_000,
  /** How long a window's session token is good for without use. */
  sessionTtlMs: 30 * 24 * 3_600_000,
  /** A new vault passphrase. Its strength is for the screen to estimate; this only keeps out what no rounds could save. */
  passphraseChars: { min: 8, max: 1024 },
  /** Slots of one vault. */
  vaultSlots: 16,
  /** One secret field, before sealing (attachments too). */
  secretBytes: 1024 * 1024,
  /** How long a re-authentication is good for. */
  proofTtlMs: 5 * 60_000,
  /** How long a support bundle that was shown may be written; one log file in it, from its end. */
  supportPlanMs: 30 * 60_000,
  supportLogBytes: 512 * 1024,
  /** Notifications that are kept, and for how many days; the oldest go first. */
  notifications: { rows: 500, days: 30 },
  notificationTitleChars: 120,
  notificationTextChars: 500,
  /** One file of n8n workflow JSON; the largest real template has 2.4 million signs. */
  n8nFileChars: 7_000_000,
  /** A team: its document. The largest real n8n template has 213 nodes. */
  teamNodes: 5_000,
  teamLinks: 20_000,
  /** Highest index of an input or output of a node. */
  teamPorts: 999,
  teamIdChars: 200,
  teamNodeNameChars: 500,
  /** A team's run: node runs, items in all outputs together, and their size as JSON. */
  teamSteps: { default: 10_000, min: 1, max: 1_000_000 },
  /** Times that a feedback link carries items in one run, unless it says otherwise. */
  teamRounds: 10,
  teamItems: 500_000,
  teamItemBytes: 256 * 1024 * 1024,
  /** Milliseconds of a team's run, without what it is parked. */
  teamRunMs: { default: 60 * 60_000, min: 1_000, max: 24 * 3_600_000 },
  /** Tokens of output that are reserved for a model call whose persona sets no limit of them. */
  reservedOutputTokens: 16_384,
  /** Rules of approval that hold at the same time. */
  rules: 1000,
  /** Limits of budgets. */
  budgets: 500,
} as const
