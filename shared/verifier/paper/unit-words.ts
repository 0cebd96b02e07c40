// Repetitions and misspellings are the paper's. A dot stands for any character, leading spaces count.
const WORDS =
  'east|degree|mph|kmph|ft|m sqaure| m east|sq m|deg|mile|q .|monkey|prime|ratio|profit of rs|rd|o|gm|' +
  'p . m|lb|tile|per|dm|lt|gain|ab|way|west|a .|b .|c .|d .|e .|f .|g .|h .|t|a|h|no change|men|soldier|' +
  'pie|bc|excess|st|inches|noon|percent|by|gal|kmh|c|acre|rise|a . m|th|π r 2|sq|mark|l|toy|coin|sq . m|' +
  'gallon|° f|profit|minw|yr|women|feet|am|pm|hr|cu cm|square|v â € ™|are|rupee|rounds|cubic|cc|mtr|s|' +
  'ohm|number|kmph|day|hour|minute|min|second|man|woman|sec|cube|mt|sq inch|mp|∏ cm ³|hectare|more|sec|' +
  'unit|cu . m|cm 2|rs .|rs|kg|g|month|km|m|cm|mm|apple|liter|loss|yard|pure|year|increase|decrease|d|' +
  'less|Surface|litre|pi sq m|s .|metre|meter|inch';

const SINGULARS = WORDS.split('|');

/**
 * The unit words that the paper's evaluation deletes, in its order: all of them, then all again with an "s".
 *
 * @see `unit_texts` of Qwen2.5-Math's evaluation, which took them from MathQA
 */
export const UNIT_WORDS: readonly string[] = [...SINGULARS, ...SINGULARS.map((word) => `${word}s`)];
