/**
 * TOOL: what a model persona may do. Files in its own workspace, HTTP requests, programs from an allow list; each only
 * when it was granted. Refuses: every path outside the workspace, addresses that are not public (unless granted),
 * hosts and programs that are not listed, a shell. Refusals are results that the model sees; they never end a run.
 */
import type { ToolGrants } from '#contract'
import { askPerson } from './ask.ts'
import { runCommand } from './command.ts'
import { fileList, fileRead, fileWrite } from './files.ts'
import { type GuardedRequest, type GuardedResponse, guardedFetch } from './guarded-fetch.ts'
import { httpRequest } from './http.ts'
import type { ToolPorts } from './ports.ts'
import type { Tool } from './tool.ts'

export { hostAllowed, whyNotPublic } from './address.ts'
export { allowedProgram } from './command.ts'
export { readWorkspaceText, writeWorkspaceText } from './files.ts'
export type { ResolvedAddress, ToolPorts } from './ports.ts'
export type { Tool, ToolContext, ToolResult } from './tool.ts'
export { pathParts } from './workspace.ts'
export { type WorkspaceFiles, workspaceFiles } from './workspace-files.ts'

/** The tools that these grants allow, in a fixed order; none when nothing is granted. */
export function toolsFor(grants: ToolGrants, ports: ToolPorts): readonly Tool[] {
  const tools: Tool[] = []
  if (grants.files !== 'none') tools.push(fileList, fileRead)
  if (grants.files === 'write') tools.push(fileWrite(ports))
  if (grants.http.enabled) tools.push(httpRequest(grants.http, ports))
  if (grants.commands.length > 0) tools.push(runCommand(grants.commands, ports))
  if (grants.ask) tools.push(askPerson)
  return tools
}

/** The same guard for the engine's own requests: hosts as listed, private addresses only when allowed, at every hop. */
export function guardedEgress(ports: Pick<ToolPorts, 'lookup' | 'redactor'>) {
  return (
    request: GuardedRequest,
    grant: Pick<ToolGrants['http'], 'hosts' | 'allowPrivate'>,
    signal: AbortSignal,
  ): Promise<GuardedResponse> => guardedFetch(request, { enabled: true, ...grant }, { ...ports, loans: undefined }, signal)
}
