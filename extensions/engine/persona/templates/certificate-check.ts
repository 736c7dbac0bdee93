import type { TemplateInput } from '../template.ts'
import { howItWorks, shippedProgram } from './shipped.ts'

const parameters: NonNullable<TemplateInput['doc']['parameters']> = [
  { name: 'servers', label: 'Servers', kind: 'text', help: 'host or host:port, apart by commas; empty means the lines of the input' },
  { name: 'warn_days', label: 'Warn before, in days', kind: 'number', default: '21', help: 'Fewer days than this left need you' },
  {
    name: 'timeout_seconds',
    label: 'Wait for each, in seconds',
    kind: 'number',
    default: '10',
    help: 'How long a server may take to answer',
  },
]

export const certificateCheck: TemplateInput = {
  id: 'certificate-check',
  name: 'Certificate check',
  summary: 'Tells when the TLS certificates of your servers end, and whether this machine trusts them.',
  icon: 'globe',
  colour: 'slate',
  category: 'Network',
  needs: ['network'],
  doc: {
    name: 'Certificate check',
    summary: 'When do the TLS certificates of your servers end, and are they trusted?',
    icon: 'globe',
    colour: 'slate',
    group: 'Network',
    tags: ['network', 'security'],
    inputHint: 'One server in each line, such as example.org or mail.example.org:993',
    sections: howItWorks(
      'Connects to each server, reads its certificate and closes the connection; nothing is sent. A run fails (exit code 1) when a certificate ends soon, is not trusted, or a server does not answer.',
    ),
    parameters,
    body: shippedProgram('certificate-check', parameters, { stdin: 'input' }),
    limits: { timeoutMs: 5 * 60_000 },
  },
  firstRun: { input: '', params: { servers: 'example.org, iana.org' } },
}
