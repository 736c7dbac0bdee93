/** Every node kind and what runs it. Closed: a kind that is not here does not compile. */
import type { KindTable } from '../flow/kind.ts'
import { aggregate } from './aggregate.ts'
import { code, functionAll, functionItem } from './code.ts'
import { compare } from './compare.ts'
import { convertToFile } from './convert-to-file.ts'
import { crypto } from './crypto.ts'
import { dateTime } from './date-time.ts'
import { extractFromFile } from './extract-from-file.ts'
import { fileReadWrite } from './file-read-write.ts'
import { filter } from './filter.ts'
import { html, htmlExtract } from './html.ts'
import { http } from './http.ts'
import { ifNode } from './if.ts'
import { itemLists } from './item-lists.ts'
import { limit } from './limit.ts'
import { loop } from './loop.ts'
import { markdown } from './markdown.ts'
import { merge } from './merge.ts'
import { moveBinary } from './move-binary.ts'
import { emit, placeholder, subTeam } from './others.ts'
import { persona } from './persona.ts'
import { removeDuplicates } from './remove-duplicates.ts'
import { rename } from './rename.ts'
import { respond } from './respond.ts'
import { set } from './set.ts'
import { sort } from './sort.ts'
import { splitOut } from './split-out.ts'
import { spreadsheet } from './spreadsheet.ts'
import { noOp, start } from './starts.ts'
import { stopWithError } from './stop.ts'
import { summarize } from './summarize.ts'
import { switchNode } from './switch.ts'
import { wait } from './wait.ts'
import { xml } from './xml.ts'

export const KINDS: KindTable = {
  persona,
  subTeam,
  placeholder,
  manualStart: start,
  scheduleStart: start,
  webhookStart: start,
  formStart: start,
  chatStart: start,
  subTeamStart: start,
  errorStart: start,
  code,
  set,
  if: ifNode,
  merge,
  wait,
  loop,
  splitOut,
  switch: switchNode,
  respond,
  aggregate,
  filter,
  noOp,
  sort,
  limit,
  summarize,
  removeDuplicates,
  compare,
  rename,
  itemLists,
  dateTime,
  crypto,
  html,
  htmlExtract,
  xml,
  markdown,
  extractFromFile,
  convertToFile,
  spreadsheet,
  moveBinary,
  fileReadWrite,
  http,
  stopWithError,
  runData: noOp,
  emit,
  function: functionAll,
  functionItem,
  note: noOp,
}
