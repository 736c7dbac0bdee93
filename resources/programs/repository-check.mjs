/** Looks through a folder of Git repositories for work that exists nowhere else: uncommitted, unpushed, stashed. Changes and fetches nothing. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { runProgram, CannotWork } from './parts/program.mjs'
import { clean, count, facts, heading, span } from './parts/report.mjs'
import { existingFolder, TOOL_FOLDERS, walk } from './parts/walk.mjs'

const AT_ONCE = 4
const OUTPUT_BYTES = 4_000_000
const GIT_MS = 60_000

const program = {
  title: 'Repository check',
  summary: 'finds uncommitted and unpushed work in a folder of repositories',
  options: {
    path: { kind: 'path', required: true, default: undefined, help: 'the folder that holds the repositories' },
    levels: { kind: 'number', default: 4, min: 0, max: 20, help: 'how many folders deep to look for them' },
    untracked: { kind: 'boolean', default: true, help: 'false leaves files that Git does not know out of the count' },
    clean: { kind: 'boolean', default: false, help: 'true lists the repositories without findings too' },
  },
  exits: [
    [0, 'everything is committed and pushed'],
    [1, 'some work exists only here'],
  ],
}

/**
 * A repository's own configuration could make Git start programs: the file system monitor and hooks are switched off,
 * and nothing is locked, asked or fetched.
 */
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.untrackedCache=keep']
const ENVIRONMENT = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }

const children = new Set()
function git(repository, args) {
  return new Promise((resolve) => {
    const child = spawn('git', ['-C', repository, ...SAFE, ...args], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    // Not spawn's own limit: that timer goes on, and holds this program, when Git cannot be started at all.
    const late = setTimeout(() => child.kill(), GIT_MS)
    children.add(child)
    const output = { out: [], err: [], bytes: 0 }
    const take = (list) => (chunk) => {
      output.bytes += chunk.length
      if (output.bytes <= OUTPUT_BYTES) list.push(chunk)
    }
    child.stdout.on('data', take(output.out))
    child.stderr.on('data', take(output.err))
    const end = (code, missing = false) => {
      clearTimeout(late)
      children.delete(child)
      resolve({ code, missing, out: Buffer.concat(output.out).toString('utf8'), err: Buffer.concat(output.err).toString('utf8').trim() })
    }
    child.on('error', (error) => end(-1, error.code === 'ENOENT'))
    child.on('close', (code) => end(code ?? -1))
  })
}

async function findRepositories(root, options, frame) {
  const found = []
  let folders = 0
  const visitor = {
    progress: () => `${count(folders, 'folder', 'folders')} looked at, ${count(found.length, 'repository', 'repositories')} found`,
    folder(path, depth) {
      folders += 1
      if (TOOL_FOLDERS.has(basename(path)) || depth > options.levels) return false
      if (!existsSync(join(path, '.git'))) return true
      found.push(path)
      return false
    },
    file: () => undefined,
  }
  if (existsSync(join(root, '.git'))) return [root]
  await walk(root, visitor, frame)
  return found.sort()
}

function readStatus(text) {
  const state = { branch: null, upstream: null, ahead: 0, changed: 0, untracked: 0, conflicts: 0, empty: false }
  let skip = false
  for (const entry of text.split('\0')) {
    if (skip) skip = false
    else if (entry.startsWith('# branch.head ')) state.branch = entry.slice(14) === '(detached)' ? null : entry.slice(14)
    else if (entry.startsWith('# branch.oid ')) state.empty = entry.endsWith('(initial)')
    else if (entry.startsWith('# branch.upstream ')) state.upstream = entry.slice(18)
    else if (entry.startsWith('1 ')) state.changed += 1
    else if (entry.startsWith('2 ')) {
      state.changed += 1
      skip = true // A renamed file's old name is an entry of its own.
    } else if (entry.startsWith('u ')) state.conflicts += 1
    else if (entry.startsWith('? ')) state.untracked += 1
  }
  return state
}

/** Local branches whose commits are on no remote. A repository without a remote is told as such: nothing of it is anywhere else. */
async function unpushed(repository) {
  const refs = await git(repository, ['for-each-ref', '--format=%(refname:short)', 'refs/heads'])
  const remotes = await git(repository, ['remote'])
  if (refs.code !== 0 || remotes.code !== 0) return { problem: (refs.err || remotes.err).split('\n')[0] }
  if (remotes.out.trim() === '') return { noRemote: true, branches: [] }
  const branches = []
  for (const name of refs.out.split('\n').filter(Boolean).slice(0, 200)) {
    const list = await git(repository, ['rev-list', '--count', `refs/heads/${name}`, '--not', '--remotes'])
    const commits = Number(list.out.trim())
    if (list.code === 0 && commits > 0) branches.push({ name, commits })
  }
  return { noRemote: false, branches }
}

async function look(repository, options) {
  const status = await git(repository, ['status', '--porcelain=v2', '--branch', '-z', '--ignore-submodules=dirty', `--untracked-files=${options.untracked ? 'normal' : 'no'}`])
  if (status.missing) throw new CannotWork('Git is not installed, or not on the PATH. Install it, and run this again.')
  if (status.code !== 0) return { repository, problem: status.err.split('\n')[0] || `git ended with code ${status.code}` }
  const state = readStatus(status.out)
  const pushed = await unpushed(repository)
  if (pushed.problem) return { repository, problem: pushed.problem }
  const stashes = await git(repository, ['stash', 'list', '--format=%gd'])
  return { repository, state, findings: words(state, pushed, stashes.out.split('\n').filter(Boolean).length) }
}

function words(state, pushed, stashes) {
  const found = []
  if (state.conflicts > 0) found.push(count(state.conflicts, 'unmerged file', 'unmerged files'))
  if (state.changed > 0) found.push(count(state.changed, 'uncommitted change', 'uncommitted changes'))
  if (state.untracked > 0) found.push(count(state.untracked, 'untracked file or folder', 'untracked files or folders'))
  for (const { name, commits } of pushed.branches.slice(0, 5)) found.push(`${count(commits, 'commit', 'commits')} not pushed on ${name}`)
  if (pushed.branches.length > 5) found.push(`${pushed.branches.length - 5} more branches not pushed`)
  if (stashes > 0) found.push(count(stashes, 'stash', 'stashes'))
  if (pushed.noRemote && !state.empty) found.push('no remote: it exists only here')
  if (state.empty && found.length === 0) found.push('no commit yet')
  if (state.branch === null && !state.empty) found.push('no branch is checked out')
  return found
}

async function lookAtAll(repositories, options, frame) {
  const results = new Array(repositories.length)
  let next = 0
  const worker = async () => {
    while (next < repositories.length) {
      const index = next
      next += 1
      results[index] = await look(repositories[index], options)
      await frame.breathe(() => `${next} of ${count(repositories.length, 'repository', 'repositories')}`)
    }
  }
  frame.onStop = () => {
    for (const child of children) child.kill()
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, repositories.length) }, worker))
  return results
}

await runProgram(program, async (options, frame) => {
  const root = existingFolder(options.path)
  frame.line(`Repository check: ${clean(root)}\n`)
  const began = performance.now()
  const repositories = await findRepositories(root, options, frame)
  const results = await lookAtAll(repositories, options, frame)
  const name = (path) => clean(relative(root, path) || basename(path))
  const found = results.filter((result) => result.findings?.length > 0)
  const fine = results.filter((result) => result.findings?.length === 0)
  for (const line of facts([['Looked at', `${count(repositories.length, 'repository', 'repositories')}, ${options.levels} folders deep, in ${span(performance.now() - began)}`]])) frame.line(line)
  for (const { repository, state, findings } of found) {
    frame.line(heading(`${name(repository)}${state.branch === null ? '' : `  (${clean(state.branch)})`}`))
    for (const finding of findings) frame.line(`  ${clean(finding)}`)
  }
  if (options.clean && fine.length > 0) frame.line(heading(`Without findings\n  ${fine.map(({ repository }) => name(repository)).join('\n  ')}`))
  for (const { repository, problem } of results) if (problem !== undefined) frame.problem(`${repository}: ${problem}`)
  frame.line()
  frame.closeProblems()
  if (repositories.length === 0) frame.line('No repository was found here.')
  else if (found.length === 0) frame.line(frame.problems === 0 ? 'Fine: everything is committed and pushed, as far as this machine knows.' : 'Nothing found in the repositories that could be read.')
  else frame.line(`${count(found.length, 'repository has', 'repositories have')} work that exists only here, or loose ends; ${fine.length} ${fine.length === 1 ? 'has' : 'have'} none.`)
  return found.length === 0 ? 0 : 1
})
