import packageFile from '../package.json' with { type: 'json' }

/** The version of this gateway, from its package file. */
export const version: string = packageFile.version
