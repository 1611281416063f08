"""Industry packs: in comes a folder of data files of a trade; out go fields, sources, a form, drafts of rules, views and sample leads."""
