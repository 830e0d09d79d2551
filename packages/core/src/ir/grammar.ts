import type { StreamEvent } from './event.ts'

type At = `${number}:${number}`

/**
 * Checks one answer against the grammar written on `StreamEvent`, event by event. Used by tests and the fuzzers; the
 * call path does not pay for it.
 */
export class GrammarChecker {
  readonly problems: string[] = []
  #state: 'fresh' | 'running' | 'over' = 'fresh'
  readonly #open = new Set<At>()
  readonly #next = new Map<number, number>()
  readonly #finished = new Set<number>()

  readonly add = (event: StreamEvent): void => {
    if (this.#state === 'over') this.#problem(`'${event.type}' after the last event`)
    if (event.type === 'error') this.#state = 'over'
    else if (event.type === 'start') this.#start()
    else if (this.#state === 'fresh') this.#problem(`'${event.type}' before 'start'`)
    else this.#running(event)
  }

  /** Call when no more events will come. */
  end(): readonly string[] {
    if (this.#state !== 'over') this.#problem("the answer has neither 'end' nor 'error'")
    return this.problems
  }

  #start(): void {
    if (this.#state !== 'fresh') this.#problem("a second 'start'")
    this.#state = 'running'
  }

  #running(event: Exclude<StreamEvent, { type: 'start' | 'error' }>): void {
    switch (event.type) {
      case 'usage':
      case 'opaque':
        return
      case 'part-start':
        return this.#openPart(event.choice, event.part)
      case 'part-end':
        if (!this.#open.delete(`${event.choice}:${event.part}`)) this.#problem(`part-end of ${event.part}, not open`)
        return
      case 'finish':
        return this.#finish(event.choice)
      case 'end':
        if (this.#open.size > 0) this.#problem(`'end' while parts ${[...this.#open].join(', ')} are open`)
        if (this.#finished.size === 0) this.#problem("'end' without any 'finish'")
        this.#state = 'over'
        return
      default:
        if (!this.#open.has(`${event.choice}:${event.part}`))
          this.#problem(`'${event.type}' on part ${event.part}, not open`)
    }
  }

  #openPart(choice: number, part: number): void {
    if (this.#finished.has(choice)) this.#problem(`part-start after the finish of choice ${choice}`)
    const next = this.#next.get(choice) ?? 0
    if (part !== next) this.#problem(`part ${part} of choice ${choice} opened, expected ${next}`)
    this.#next.set(choice, part + 1)
    this.#open.add(`${choice}:${part}`)
  }

  #finish(choice: number): void {
    if (this.#finished.has(choice)) this.#problem(`a second finish of choice ${choice}`)
    for (const at of this.#open) if (at.startsWith(`${choice}:`)) this.#problem(`finish while part ${at} is open`)
    this.#finished.add(choice)
  }

  #problem(text: string): void {
    this.problems.push(text)
  }
}

/** Everything wrong with a whole sequence; empty when it follows the grammar. */
export function checkGrammar(events: Iterable<StreamEvent>): readonly string[] {
  const checker = new GrammarChecker()
  for (const event of events) checker.add(event)
  return checker.end()
}
