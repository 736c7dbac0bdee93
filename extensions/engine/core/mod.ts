/** CORE: the few things that every room shares. It knows the contract's plain part, and nothing of Node. */
export { TroupeError, type TroupeErrorOptions, asTroupeError, messageOf } from './errors.ts'
export type { Clock, Chance } from './clock.ts'
export { newId } from './ids.ts'
export { Scope, type StopFailure } from './scope.ts'
export { makeLogger, type Logger, type LogLevel, type LogSink } from './log.ts'
export type { BodyIo, BodyOutcome, BodyPort, ResolvedModel, RunJob, StepDraft } from './job.ts'
