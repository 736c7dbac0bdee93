/** What each kind of provider needs to be told, and the document that a filled-in form makes. */
import type { ConnectorRow, ProviderDoc } from '#contract'
import type { ProviderKind } from '#contract/plain'

interface KindLook {
  readonly label: string
  readonly about: string
  /** The id and the environment variable that are offered. */
  readonly id: string
  readonly keyEnv: string | null
  /** Its own address is asked for, or may be changed. */
  readonly address: 'needed' | 'may' | 'none'
  readonly addressHint: string
}

export const KINDS: Readonly<Record<ProviderKind, KindLook>> = {
  anthropic: { label: 'Anthropic', about: 'Claude models', id: 'anthropic', keyEnv: 'ANTHROPIC_API_KEY', address: 'none', addressHint: '' },
  openai: { label: 'OpenAI', about: 'GPT and reasoning models', id: 'openai', keyEnv: 'OPENAI_API_KEY', address: 'none', addressHint: '' },
  google: {
    label: 'Google',
    about: 'Gemini models',
    id: 'google',
    keyEnv: 'GOOGLE_GENERATIVE_AI_API_KEY',
    address: 'none',
    addressHint: '',
  },
  ollama: {
    label: 'Ollama',
    about: 'Models on this machine',
    id: 'ollama',
    keyEnv: null,
    address: 'may',
    addressHint: 'Empty: http://127.0.0.1:11434',
  },
  lmstudio: {
    label: 'LM Studio',
    about: 'Models on this machine',
    id: 'lmstudio',
    keyEnv: null,
    address: 'may',
    addressHint: 'Empty: http://127.0.0.1:1234/v1',
  },
  'openai-compatible': {
    label: 'OpenAI-compatible',
    about: 'Any server that speaks its protocol',
    id: 'custom',
    keyEnv: null,
    address: 'needed',
    addressHint: 'Where its API begins, e.g. http://127.0.0.1:8080/v1',
  },
}

/** The form as it is being filled in. */
export interface ProviderForm {
  readonly kind: ProviderKind
  readonly id: string
  readonly label: string
  readonly baseUrl: string
  readonly keyEnv: string
  /** The key comes from this field of a credential; null: from the variable. */
  readonly credential: ProviderDoc['credential']
  readonly api: 'chat' | 'responses'
  readonly contextTokens: number | null
  /** A model to try streaming and tools with; empty: the engine picks one. */
  readonly model: string
}

/** A fresh form of a kind, with an id that nobody has yet. */
export function freshForm(kind: ProviderKind, taken: readonly string[]): ProviderForm {
  const look = KINDS[kind]
  let id = look.id
  for (let n = 2; taken.includes(id); n++) id = `${look.id}-${n}`
  return {
    kind,
    id,
    label: look.label,
    baseUrl: '',
    keyEnv: look.keyEnv ?? '',
    credential: null,
    api: 'responses',
    contextTokens: null,
    model: '',
  }
}

export function formOf(doc: ProviderDoc): ProviderForm {
  const { kind, id, label, contextTokens, credential } = doc
  return {
    kind,
    id,
    label,
    contextTokens,
    credential,
    baseUrl: doc.baseUrl ?? '',
    keyEnv: doc.keyEnv ?? '',
    api: doc.api ?? 'responses',
    model: '',
  }
}

export function docOf(form: ProviderForm): ProviderDoc {
  return {
    id: form.id.trim(),
    label: form.label.trim(),
    kind: form.kind,
    baseUrl: KINDS[form.kind].address === 'none' || form.baseUrl.trim() === '' ? null : form.baseUrl.trim(),
    keyEnv: form.keyEnv.trim() === '' ? null : form.keyEnv.trim(),
    credential: form.credential,
    api: form.kind === 'openai' ? form.api : null,
    contextTokens: form.contextTokens,
  }
}

/** What is wrong with the form, by field; the engine checks again. */
export function problemsOf(form: ProviderForm, taken: readonly string[]): Partial<Record<'id' | 'label' | 'baseUrl' | 'keyEnv', string>> {
  const address = form.baseUrl.trim()
  return {
    ...(!/^[a-z][a-z0-9-]{0,39}$/.test(form.id.trim()) && { id: 'It starts with a letter, and has only a–z, 0–9 and -.' }),
    ...(taken.includes(form.id.trim()) && { id: 'There is a provider of this name already.' }),
    ...(form.label.trim() === '' && { label: 'It needs a name.' }),
    ...(KINDS[form.kind].address === 'needed' && address === '' && { baseUrl: 'Its address is needed.' }),
    ...(address !== '' && !/^https?:\/\/[^\s/]+/.test(address) && { baseUrl: 'An address begins with http:// or https://.' }),
    ...(!/^([A-Z_][A-Z0-9_]{0,99})?$/.test(form.keyEnv.trim()) && { keyEnv: 'A variable has only A–Z, 0–9 and _.' }),
  }
}

/** The field of a kind of credential that a provider's key is most likely in: the first that is secret and asked for. */
export function keyFieldOf(connector: ConnectorRow | undefined): string | undefined {
  return connector?.fields.find(({ secret, required, kind }) => secret && required && kind !== 'connected')?.name
}
