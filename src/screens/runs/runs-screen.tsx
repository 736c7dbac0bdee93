import { useLocation, useNavigate } from '@solidjs/router'
import GitCompare from 'lucide-solid/icons/git-compare'
import ListClock from 'lucide-solid/icons/list-clock'
import SearchX from 'lucide-solid/icons/search-x'
import { createEffect, createMemo, createSignal, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js'
import { count } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Loading, Page, VirtualList, type VirtualListReach } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { remembered } from '../../state/mod.ts'
import { FilterBar } from './filter-bar.tsx'
import { filtersFromUrl, filtersToUrl, isFiltered, NO_FILTERS, type RunFilters, toRunFilter } from './filters.ts'
import { COLUMNS, RunLine } from './run-line.tsx'
import { createRunsList, type RunsList } from './runs-list.ts'

const ROW_HEIGHT = 36
/** Typing in the search is not a question each letter. */
const TYPING_MS = 200

/** The filters live in the address; an address without any gets the ones of last time. */
function createFilters() {
  const place = useLocation()
  const navigate = useNavigate()
  const [last, setLast] = remembered('runs.filters', '')
  if (place.search === '' && last() !== '') navigate(`/runs?${last()}`, { replace: true })
  const [filters, setFilters] = createSignal<RunFilters>(filtersFromUrl(place.search || last()))
  // The address changed from outside: a link, or the way back.
  createEffect(
    on(
      () => place.search,
      (search) => {
        const found = filtersFromUrl(search)
        if (filtersToUrl(found) !== filtersToUrl(filters())) setFilters(found)
      },
      { defer: true },
    ),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const change = (next: RunFilters) => {
    const typing = next.text !== filters().text || next.minCost !== filters().minCost
    setFilters(next)
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        const query = filtersToUrl(filters())
        setLast(query)
        setApplied(filters())
        navigate(query === '' ? '/runs' : `/runs?${query}`, { replace: true, scroll: false })
      },
      typing ? TYPING_MS : 0,
    )
  }
  const [applied, setApplied] = createSignal(filters())
  createEffect(on(filters, (next) => timer === undefined && setApplied(next)))
  return { filters, applied, change }
}

export function RunsScreen() {
  const { filters, applied, change } = createFilters()
  // "Last hour" is counted from the moment at which it was asked for, so that pages do not shift beneath the reader.
  const filter = createMemo(() => toRunFilter(applied(), Date.now()))
  const list = createRunsList(filter)
  const navigate = useNavigate()
  const walk = createWalk(list)
  let search: HTMLInputElement | undefined
  createEffect(on(applied, walk.toTop, { defer: true }))
  const refresh = () => {
    list.refresh()
    walk.toTop()
  }
  const { picked } = walk
  const compare = () => picked().length === 2 && navigate(`/runs/compare/${picked().join('/')}`)
  useActions(() => [
    { id: 'runs.search', title: 'Search runs', section: 'Here', shortcut: '/', run: () => search?.focus() },
    { id: 'runs.refresh', title: 'Show the newest runs', section: 'Here', shortcut: '.', run: refresh },
    ...(isFiltered(filters())
      ? [{ id: 'runs.clear', title: 'Clear the filters', section: 'Here' as const, run: () => change(NO_FILTERS) }]
      : []),
    ...(picked().length === 2
      ? [{ id: 'runs.compare', title: 'Compare the two picked runs', section: 'Here' as const, shortcut: 'c', run: compare }]
      : []),
  ])
  return (
    <Page
      fixed
      title="Runs"
      subtitle={<Subtitle total={list.total()} filtered={isFiltered(applied())} />}
      actions={
        <Show when={picked().length > 0}>
          <Button icon={GitCompare} disabled={picked().length < 2} onClick={compare}>
            {picked().length < 2 ? 'Pick one more to compare' : 'Compare the two'}
          </Button>
          <Button variant="quiet" onClick={walk.unpick}>
            Unpick
          </Button>
        </Show>
      }
      toolbar={
        <FilterBar
          filters={filters()}
          onFilters={change}
          searchRef={(element) => {
            search = element
          }}
        />
      }
    >
      <div class="relative flex h-full min-h-0 flex-col">
        <Show when={list.failure()}>
          {(failure) => (
            <ErrorNote title="The runs could not be read." failure={failure()} onRetry={refresh} class="mx-6 mt-3 narrow:mx-4" />
          )}
        </Show>
        <Show when={list.newer() > 0}>
          <div class="pointer-events-none absolute inset-x-0 top-9 z-20 flex justify-center" role="status">
            <Button size="sm" class="pointer-events-auto shadow-floating" onClick={refresh}>
              {list.newer() === 1 ? 'One new run' : `${count(list.newer())} new runs`}
            </Button>
          </div>
        </Show>
        <Switch>
          <Match when={list.total() === undefined && !list.failure()}>
            <Loading what="runs" onRetry={refresh} />
          </Match>
          <Match when={list.total() === 0}>
            <Empty filtered={isFiltered(applied())} onClear={() => change(NO_FILTERS)} />
          </Match>
          <Match when={(list.total() ?? 0) > 0}>
            <Head />
            <Lines list={list} walk={walk} />
          </Match>
        </Switch>
      </div>
    </Page>
  )
}

/** The row at which the keys are, the rows that are picked to compare, and the keys that move between them. */
function createWalk(list: RunsList) {
  const navigate = useNavigate()
  const [current, setCurrent] = createSignal(0)
  const [picked, setPicked] = createSignal<readonly string[]>([])
  let reach: VirtualListReach | undefined
  const go = (to: number) => {
    const bounded = Math.max(0, Math.min((list.total() ?? 1) - 1, to))
    setCurrent(bounded)
    reach?.show(bounded)
  }
  const pick = (id: string, on: boolean) =>
    setPicked((before) => (on ? [...before.filter((one) => one !== id), id].slice(-2) : before.filter((one) => one !== id)))
  // On the whole screen, wherever the focus is, except where keys mean something already.
  const pressed = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : document.body
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (target.closest('input, select, textarea, button, a, [contenteditable], [role="dialog"]')) return
    const row = list.row(current())
    const move = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9 }[event.key]
    if (move !== undefined) go(current() + move)
    else if (event.key === 'Enter' && row) navigate(`/runs/${row.id}`)
    else if ((event.key === ' ' || event.key === 'x') && row) pick(row.id, !picked().includes(row.id))
    else return
    event.preventDefault()
  }
  onMount(() => addEventListener('keydown', pressed))
  onCleanup(() => removeEventListener('keydown', pressed))
  return {
    current,
    setCurrent,
    picked,
    pick,
    unpick: () => setPicked([]),
    toTop: () => {
      setCurrent(0)
      reach?.show(0)
    },
    reach: (given: VirtualListReach) => {
      reach = given
    },
  }
}

function Lines(props: { readonly list: RunsList; readonly walk: ReturnType<typeof createWalk> }) {
  const { list, walk } = props
  return (
    <VirtualList
      label="Runs"
      class={`flex-1 ${list.stale() ? 'opacity-60' : ''}`}
      count={list.total() ?? 0}
      rowHeight={ROW_HEIGHT}
      onRange={list.range}
      reach={walk.reach}
    >
      {(index) => (
        <RunLine
          row={list.row(index)}
          current={walk.current() === index}
          picked={walk.picked().includes(list.row(index)?.id ?? '')}
          onCurrent={() => walk.setCurrent(index)}
          onPick={(on) => walk.pick(list.row(index)?.id ?? '', on)}
        />
      )}
    </VirtualList>
  )
}

function Subtitle(props: { readonly total: number | undefined; readonly filtered: boolean }) {
  return (
    <Show when={props.total !== undefined} fallback={'\u00a0'}>
      {count(props.total ?? 0)} {props.total === 1 ? 'run' : 'runs'}
      {props.filtered ? ' that fit' : props.total ? ', the newest first' : ''}
    </Show>
  )
}

function Head() {
  return (
    <div class={`${COLUMNS} h-8 shrink-0 border-b border-line bg-sunken px-6 text-sm text-muted narrow:px-4`} aria-hidden="true">
      <span />
      <span>State</span>
      <span>Persona</span>
      <span>What came of it</span>
      <span class="text-right">Time</span>
      <span class="text-right narrow:hidden">Tokens</span>
      <span class="text-right narrow:hidden">Cost</span>
      <span class="text-right">Asked for</span>
    </div>
  )
}

function Empty(props: { readonly filtered: boolean; readonly onClear: () => void }) {
  const navigate = useNavigate()
  return (
    <Show
      when={props.filtered}
      fallback={
        <EmptyState
          icon={ListClock}
          title="No runs yet"
          actions={
            <Button variant="primary" onClick={() => navigate('/personas')}>
              Choose a persona to run
            </Button>
          }
        >
          <p>Every run of every persona is kept here, with what it was given, what it did, and why it ended.</p>
        </EmptyState>
      }
    >
      <EmptyState
        icon={SearchX}
        title="No run fits these filters"
        actions={<Button onClick={() => props.onClear()}>Clear the filters</Button>}
      >
        <p>Make the time longer, or look for less.</p>
      </EmptyState>
    </Show>
  )
}
