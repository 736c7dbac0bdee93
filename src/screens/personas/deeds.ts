/** What can be done with one persona from the list. */
import { useNavigate } from '@solidjs/router'
import Archive from 'lucide-solid/icons/archive'
import ArchiveRestore from 'lucide-solid/icons/archive-restore'
import Copy from 'lucide-solid/icons/copy'
import Download from 'lucide-solid/icons/download'
import ListClock from 'lucide-solid/icons/list-clock'
import Moon from 'lucide-solid/icons/moon'
import Pen from 'lucide-solid/icons/pen'
import Play from 'lucide-solid/icons/play'
import Sun from 'lucide-solid/icons/sun'
import Trash from 'lucide-solid/icons/trash'
import type { PersonaCard } from '#contract'
import { engine } from '../../link/mod.ts'
import { type MenuEntry, toast, tryOrToast } from '../../parts/mod.ts'
import { archivedPersonas, personas } from '../../state/mod.ts'
import { saveFile } from '../run/mod.tsx'

interface DeedsOptions {
  readonly onRun: (card: PersonaCard) => void
  readonly onDelete: (card: PersonaCard) => void
}

export function createDeeds(options: DeedsOptions) {
  const navigate = useNavigate()
  const changed = () => {
    personas.again()
    archivedPersonas.again()
  }
  const archive = (card: PersonaCard, archived: boolean): void =>
    void tryOrToast(archived ? `${card.name} was not archived` : `${card.name} was not restored`, async () => {
      await engine.persona.archive({ id: card.id, archived })
      changed()
      if (archived) toast.ok(`${card.name} archived`, { label: 'Undo', run: () => archive(card, false) })
      else toast.ok(`${card.name} is back`)
    })
  const setActive = (card: PersonaCard, active: boolean) =>
    void tryOrToast(active ? `${card.name} was not woken` : `${card.name} was not put to sleep`, async () => {
      await engine.persona.activate({ id: card.id, active })
      changed()
      toast.ok(active ? `${card.name} is awake` : `${card.name} sleeps`)
    })
  const duplicate = (card: PersonaCard) =>
    void tryOrToast(`${card.name} was not duplicated`, async () => {
      const copy = await engine.persona.duplicate({ id: card.id })
      changed()
      toast.ok(`${copy.doc.name} made`, { label: 'Edit it', run: () => navigate(`/personas/${copy.id}`) })
    })
  const exportIt = (card: PersonaCard) =>
    void tryOrToast(`${card.name} was not exported`, async () => {
      const file = await engine.persona.export({ ids: [card.id] })
      saveFile(file.fileName, file.text)
    })
  const entries = (card: PersonaCard): readonly MenuEntry[] => {
    const archived = card.archivedAt !== null
    return [
      { label: 'Run …', icon: Play, disabled: archived || !card.active, onSelect: () => options.onRun(card) },
      { label: 'Edit', icon: Pen, onSelect: () => navigate(`/personas/${card.id}`) },
      { label: 'Its runs', icon: ListClock, onSelect: () => navigate(`/runs?persona=${encodeURIComponent(card.id)}`) },
      { label: 'Duplicate', icon: Copy, apart: true, onSelect: () => duplicate(card) },
      { label: 'Export', icon: Download, onSelect: () => exportIt(card) },
      card.active
        ? { label: 'Put to sleep', icon: Moon, apart: true, onSelect: () => setActive(card, false) }
        : { label: 'Wake', icon: Sun, apart: true, onSelect: () => setActive(card, true) },
      archived
        ? { label: 'Restore', icon: ArchiveRestore, onSelect: () => archive(card, false) }
        : { label: 'Archive', icon: Archive, onSelect: () => archive(card, true) },
      { label: 'Delete …', icon: Trash, danger: true, onSelect: () => options.onDelete(card) },
    ]
  }
  return { entries, wake: (card: PersonaCard) => setActive(card, true) }
}
