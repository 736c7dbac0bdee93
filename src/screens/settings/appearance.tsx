import Monitor from 'lucide-solid/icons/monitor'
import Moon from 'lucide-solid/icons/moon'
import Sun from 'lucide-solid/icons/sun'
import type { Settings, SettingsPatch } from '#contract'
import { Segmented, tryOrToast } from '../../parts/mod.ts'
import { changeSettings } from '../../state/mod.ts'
import { Row, Section } from './row.tsx'

const save = (patch: SettingsPatch) => void tryOrToast('The setting was not changed', () => changeSettings(patch))

export function Appearance(props: { readonly settings: Settings }) {
  return (
    <Section title="Appearance" about="The same for every window on this machine. System follows what your desktop says.">
      <Row label="Theme">
        <Segmented
          label="Theme"
          value={props.settings.theme}
          options={[
            { value: 'system', label: 'System', icon: Monitor },
            { value: 'light', label: 'Light', icon: Sun },
            { value: 'dark', label: 'Dark', icon: Moon },
          ]}
          onValue={(theme) => save({ theme })}
        />
      </Row>
      <Row label="Contrast" hint="High draws stronger lines, and text in black or white.">
        <Segmented
          label="Contrast"
          value={props.settings.contrast}
          options={[
            { value: 'system', label: 'System' },
            { value: 'normal', label: 'Normal' },
            { value: 'high', label: 'High' },
          ]}
          onValue={(contrast) => save({ contrast })}
        />
      </Row>
      <Row label="Motion" hint="Reduced shows the end of every movement at once.">
        <Segmented
          label="Motion"
          value={props.settings.motion}
          options={[
            { value: 'system', label: 'System' },
            { value: 'full', label: 'Full' },
            { value: 'reduced', label: 'Reduced' },
          ]}
          onValue={(motion) => save({ motion })}
        />
      </Row>
    </Section>
  )
}
