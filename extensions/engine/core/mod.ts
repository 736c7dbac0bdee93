/** CORE: the few things that every room shares. It knows the contract's plain part, and nothing of Node. */

export { hostFits, portOf } from './allowed-host.ts'
export { canonicalJson } from './canonical.ts'
export { type ChildEnvironment, childEnvironment } from './child-environment.ts'
export type { Chance, Clock } from './clock.ts'
export type { Announce, CallContext } from './context.ts'
export { asTroupeError, messageOf, TroupeError, type TroupeErrorOptions } from './errors.ts'
export { newId } from './ids.ts'
export {
  type BodyAsk,
  type BodyFailure,
  type BodyIo,
  type BodyOutcome,
  type BodyPort,
  JournalEnd,
  type LentCredential,
  type LentToRun,
  type ResolvedModel,
  type RunJob,
  RunParked,
  type SharedTool,
  type SharedToolAnswer,
  type StepAsk,
  type StepEnd,
  type StepResult,
  type StepRun,
} from './job.ts'
export { type Logger, type LogLevel, type LogSink, makeLogger, maskedSink } from './log.ts'
export { type Once, once } from './once.ts'
export { type OneAnswerOptions, type OneJobThread, oneAnswer } from './one-answer.ts'
export { type OneAtATime, oneAtATime } from './one-at-a-time.ts'
export { readPath } from './read-path.ts'
export { RedactingStream, RedactingTextStream, Redactor } from './redactor.ts'
export { MAX_SECRET_BYTES, MIN_SECRET_BYTES } from './redactor-forms.ts'
export {
  bytes,
  type Column,
  type Columns,
  flag,
  integer,
  json,
  oneOf,
  orNull,
  type RawRow,
  type ReadBounds,
  type RowOf,
  type RowReader,
  readRow,
  readRows,
  real,
  text,
} from './rows.ts'
export { Scope, type StopFailure } from './scope.ts'
export { type BookReader, type KnownSecret, SecretBook, whyNotMasked } from './secret-book.ts'
export type { AfterRestore, Migration, SqlValue, Statement } from './sql.ts'
export { boundMemory, THREAD_LIMITS } from './thread-memory.ts'
export { literally, type WordSearch, wordSearch } from './word-search.ts'
