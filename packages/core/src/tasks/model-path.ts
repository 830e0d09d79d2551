/**
 * The model's name as a part of a path. Slashes stay, for names such as `org/name` are two parts of it; what the URL
 * standard would read as a step upwards is written so that it leads nowhere.
 */
export function modelPath(model: string): string {
  return model
    .split('/')
    .map((part) => (/^\.{0,2}$/.test(part) ? `_${part}` : encodeURIComponent(part)))
    .join('/')
}

/** The model's name as one part of a path, slashes and all. */
export function modelSegment(model: string): string {
  return /^\.{0,2}$/.test(model) ? `_${model}` : encodeURIComponent(model)
}
