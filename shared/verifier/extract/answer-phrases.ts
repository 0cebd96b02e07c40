/** What announces an answer, in the languages that models answer in. Sources of regular expressions without groups that capture. */

const ENGLISH =
  '(?:answers?|solutions?|result)(?:\\*\\*)?(?: to (?:the|this) (?:problem|question|exercise))?\\s{0,3}(?:is|are|:|=)(?:\\*\\*)?\\s{0,3}:?';
const GERMAN =
  '(?:antwort|lösung|ergebnis)(?:\\*\\*)?\\s{0,3}(?:ist|lautet|beträgt|:|=)(?:\\*\\*)?\\s{0,3}:?';
const ROMANCE =
  '(?:réponse|résultat|respuesta|solución|resultado|risposta|soluzione|risultato|resposta|solução)(?: finale?| corrett?[ae]| correcta)?(?:\\*\\*)?' +
  "\\s{0,3}(?:est|vaut|es|è|e'|é|:|=)(?:\\*\\*)?(?![\\p{L}])\\s{0,3}:?";
const OTHERS =
  '(?:ответ(?:ом)?|wynik|odpowiedź|antwoord|cevap|sonuç|svar|svaret|vastaus)(?:\\*\\*)?\\s{0,3}(?:является|равен|это|to|is|är|er|on|:|：|—|–|-)(?:\\*\\*)?\\s{0,3}';
const ASIAN =
  '答案\\s{0,2}(?:就|应该|應該)?\\s{0,2}(?:是|为|為|等于|：|:)+|(?:^|\\n)\\s{0,3}答\\s{0,2}(?:：|:)|(?:答え|解答|正解)\\s{0,2}(?:は|：|:)、?|(?:정답|답)\\s{0,2}(?:은|이|:|：)';

export const ANSWER_PHRASES = `${ENGLISH}|####|${GERMAN}|${ROMANCE}|${OTHERS}|${ASIAN}`;

/** What may stand before such a phrase or before the value, and says nothing. */
export const LEADS =
  '(?:so|thus|hence|therefore|then|finally|ok|okay|well|now|clearly|also|daher|donc|ainsi|entonces|por lo tanto|por tanto|quindi|portanto|logo|assim|итак|значит|таким образом|因此|所以|故|よって|したがって|따라서|그러므로)';

/** Short clauses that state a value: "it is", "we get", "there are". */
export const STATEMENTS =
  "(?:it|this|that|which)(?:['’]s| is| equals| gives| yields| makes| must be)|there (?:is|are|were|will be)(?: exactly)?|" +
  '(?:we|you|i|one) (?:get|gets|have|obtain|obtains|find|found|conclude|see|are left with)(?: that)?|(?:giving|gives|yields|es sind|das sind|es gibt|il y a|hay|ci sono|há)';

/** Behind the value in languages whose verb comes last. */
export const CLOSINGS = '(?:です|である|だ|になります|となります|입니다|이다|이에요|예요)';
