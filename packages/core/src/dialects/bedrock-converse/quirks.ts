/** Habits in which providers that speak this dialect differ. */
export type BedrockConverseQuirks = Readonly<Record<never, never>>
