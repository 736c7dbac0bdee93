import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, rooms, run } from './child.ts'

function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgsign=false']
  return execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** A repository with one commit that is pushed to a bare one beside it. */
function pushed(root: string, name: string): string {
  const folder = join(root, 'work', name)
  const bare = join(root, 'bare', name)
  mkdirSync(folder, { recursive: true })
  mkdirSync(bare, { recursive: true })
  git(bare, 'init', '--bare')
  git(folder, 'init')
  plant(folder, { 'file.txt': 'one\n' })
  git(folder, 'add', '.')
  git(folder, 'commit', '-m', 'first')
  git(folder, 'remote', 'add', 'origin', bare)
  git(folder, 'push', '-u', 'origin', 'main')
  return folder
}

describe('repository check', () => {
  it('[PRG70] tells what exists only here, and nothing about what is pushed', async () => {
    const { root, work } = rooms()
    pushed(root, 'clean')
    const dirty = pushed(root, 'dirty ü')
    appendFileSync(join(dirty, 'file.txt'), 'two\n')
    plant(dirty, { 'new file': 'x' })
    const ahead = pushed(root, 'ahead')
    git(ahead, 'switch', '-c', 'idea')
    git(ahead, 'commit', '--allow-empty', '-m', 'second')
    git(ahead, 'commit', '--allow-empty', '-m', 'third')
    git(ahead, 'switch', 'main')
    const stashed = pushed(root, 'stashed')
    appendFileSync(join(stashed, 'file.txt'), 'two\n')
    git(stashed, 'stash')
    const alone = join(root, 'work', 'alone')
    mkdirSync(alone)
    git(alone, 'init')
    git(alone, 'commit', '--allow-empty', '-m', 'first')
    const { code, out, err } = await run('repository-check', [`--path=${join(root, 'work')}`, '--clean=true'], { cwd: work })
    expect(err).toBe('')
    expect(code).toBe(1)
    expect(out).toMatch(/dirty ü {2}\(main\)\n {2}1 uncommitted change\n {2}1 untracked file or folder\n/)
    expect(out).toMatch(/ahead {2}\(main\)\n {2}2 commits not pushed on idea\n/)
    expect(out).toMatch(/stashed {2}\(main\)\n {2}1 stash\n/)
    expect(out).toMatch(/alone {2}\(main\)\n {2}no remote: it exists only here\n/)
    expect(out).toMatch(/Without findings\n {2}clean\n/)
    expect(out).toContain('4 repositories have work that exists only here, or loose ends; 1 has none.')
  })

  it('[PRG71] ends with 0 when everything is pushed, also from inside one repository', async () => {
    const { root, work } = rooms()
    const clean = pushed(root, 'clean')
    const { code, out } = await run('repository-check', [`--path=${clean}`], { cwd: work })
    expect(out).toContain('Fine: everything is committed and pushed')
    expect(code).toBe(0)
  })

  it('[PRG72] starts no program that a repository names', async () => {
    const { root, work } = rooms()
    const folder = pushed(root, 'trap')
    const ran = join(root, 'ran')
    // Git gives the name to a shell, where the space of the test's folder would part it; so it is quoted here.
    const script = join(root, 'monitor')
    writeFileSync(script, `#!/bin/sh\ntouch '${ran}'\n`)
    chmodSync(script, 0o755)
    git(folder, 'config', 'core.fsmonitor', `'${script}'`)
    await run('repository-check', [`--path=${folder}`], { cwd: work })
    expect(existsSync(ran)).toBe(false)
  })

  it('[PRG73] reports a broken repository, and says when Git is missing', async () => {
    const { root, work } = rooms()
    plant(root, { 'broken/.git/HEAD': 'nonsense' })
    const broken = await run('repository-check', [`--path=${root}`], { cwd: work })
    expect(broken.err).toMatch(/broken: fatal: /)
    expect(broken.out).toContain('Nothing found in the repositories that could be read.')
    const none = await run('repository-check', [`--path=${root}`], { cwd: work, env: { PATH: '/nowhere' } })
    expect(none.code).toBe(3)
    expect(none.err).toContain('Git is not installed')
  })
})
