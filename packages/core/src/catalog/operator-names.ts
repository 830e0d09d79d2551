/** Clouds where a model is called what the operator called its deployment: a list of all models would list what is not there. */
export const operatorsNameModels: ReadonlySet<string> = new Set([
  'azure',
  'azure-ai',
  'sagemaker',
  'databricks',
  'snowflake',
])
