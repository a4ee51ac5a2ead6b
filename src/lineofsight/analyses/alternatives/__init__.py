"""The analysis 'alternatives': what each claim would be with a control that is kept out, or without what is doubted."""
