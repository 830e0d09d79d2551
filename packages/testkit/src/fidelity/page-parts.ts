/** The page about fidelity has two parts, each made by a test of its own: chat first, then all other tasks. */
const tasksHeading = '\n## Tasks\n'

/** The part of the page before the heading of the tasks, or from it on. */
export function partOf(page: string, part: 'chat' | 'tasks'): string {
  const at = page.indexOf(tasksHeading)
  if (part === 'chat') return at < 0 ? page : page.slice(0, at)
  return at < 0 ? '' : page.slice(at)
}

/** The page with this part written anew. */
export function withPart(page: string, part: 'chat' | 'tasks', text: string): string {
  return part === 'chat' ? text + partOf(page, 'tasks') : partOf(page, 'chat') + text
}

/** The part about tasks, under its heading. */
export function underTasks(text: string): string {
  return `${tasksHeading}\n${text}`
}
