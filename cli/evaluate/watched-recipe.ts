/** What stands for a recipe in a run that `oneshot eval --watch` made for a folder: nobody of ours trains it. */
export const WATCHED_RECIPE = 'watched';
