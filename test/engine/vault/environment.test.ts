import { describe, expect, it } from 'vitest'
import { environmentSecrets } from '../../../extensions/engine/vault/mod.ts'

describe('the vault’s door', () => {
  it('finds a key by its name, at the time of asking; an empty one is none', () => {
    const env: Record<string, string> = { FULL_KEY: 'test-key', EMPTY_KEY: '  ' }
    const secrets = environmentSecrets(env)
    expect(secrets.get('FULL_KEY')).toBe('test-key')
    for (const name of ['EMPTY_KEY', 'OTHER_KEY']) expect(secrets.has(name)).toBe(false)
    env.OTHER_KEY = 'test-key'
    expect(secrets.has('OTHER_KEY')).toBe(true)
    expect(JSON.stringify(secrets)).not.toContain('test-key')
  })
})
