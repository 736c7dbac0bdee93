/**
 * AGENT: personas whose body is an agent CLI of this machine, driven through the Agent Client Protocol, or its print mode where it has none.
 * The whole room runs in a run thread, and is loaded by the first such run. It refuses: what the persona does not allow (files, programs, network,
 * by kind), what the gate denies, paths outside the workspace, modes that ask no more. It gives the CLI nothing of the engine's environment but a
 * small list, and secrets by lease alone; it ends the CLI with all that it started.
 */
export { openAgentBody } from './body.ts'
export type { AgentBodyPorts } from './ports.ts'
