/**
 * Things that word problems count, and words that stand by them: they say nothing about the value. In the singular;
 * plurals are made from them. The list is closed: what it lacks is not dropped (`3 gazillion`, `3 squared`).
 */
const NOUNS =
  'unit way method possibility arrangement permutation combination choice option outcome case solution answer value number integer ' +
  'digit factor divisor multiple prime term element member item object thing piece part section portion share group set subset pair ' +
  'triple triplet quadruple tuple sequence series row column line list table step stage round move turn trial attempt time toss flip roll ' +
  'draw pick game match point goal run win loss tie vote test exam question problem quiz grade mark class lesson course page book ' +
  'chapter word letter sentence symbol string character code password paper sheet note card deck hand ball marble die dice coin token chip ' +
  'bill stamp ticket person people man men woman women child children kid boy girl baby babie student pupil teacher professor friend player team ' +
  'worker employee employer customer guest passenger driver resident voter member couple family families brother sister sibling son daughter ' +
  'mother father parent cousin adult senior junior male female knight knave soldier monk monkey scientist engineer doctor nurse patient ' +
  'animal dog cat cow horse sheep goat pig chicken hen duck goose geese bird fish fishe bee ant spider insect rabbit mouse mice rat frog ' +
  'snake bear lion tiger elephant giraffe penguin turtle snail worm butterfly butterflie puppy puppie kitten egg apple orange banana ' +
  'pear peach plum cherry cherrie berry berrie grape lemon lime melon mango kiwi strawberry strawberrie tomato potato carrot onion bean ' +
  'vegetable fruit nut peanut almond cookie cake cupcake muffin pie pizza sandwich burger doughnut donut bagel bread loaf loaves slice ' +
  'candy candie chocolate sweet lollipop gumball meal dinner lunch serving bottle can jar box bag basket bucket barrel carton crate case ' +
  'package packet pack container tank pot pan bowl plate glass mug spoon fork knife knives pen pencil crayon eraser marker notebook ruler ' +
  'chair desk bench bed door window wall room house home building apartment floor story storie stair street road block bridge city cities town ' +
  'village state country countries county car truck bus bicycle bike motorcycle train plane airplane boat ship wheel tire seat ' +
  'toy doll bead button ring necklace bracelet shirt sock shoe hat glove coat dress pant scarf flag flower rose tulip tree plant seed ' +
  'leaf leaves branch stick brick stone rock tile cube block square circle triangle rectangle polygon pentagon hexagon quadrilateral ' +
  'octagon diagonal side edge face vertex vertice vertices corner angle segment chord arc diameter radius radii region area volume ' +
  'dot node path route trip lap mile journey zero root pole maximum minimum maxima minima extremum extrema intersection intercept ' +
  'equation function polynomial coefficient matrix matrices vector graph tree cycle loop component color colour pattern shape figure ' +
  'size dimension layer level cell grid position place spot slot space gap seat house month birthday anniversary holiday ' +
  'job task project order sale purchase item product machine computer phone camera video song album movie show book ' +
  'magazine newspaper article photo picture poster painting instrument guitar piano drum club league ' +
  'election prize medal award trophy trophie penny pennie peso franc mark shilling pence ruble won ' +
  'atom molecule electron proton neutron photon particle ion cell bacterium bacteria gene nucleus nuclei wave star planet ' +
  'decibel percentile basis sample event draw success successe failure defect error bug message call file click user member account ' +
  'battery batterie bulb light lamp bolt nail screw hammer tool rope wire string ribbon stick rod pole post fence ' +
  'stone bushel peck ream carat karat pixel frame cycle beat rotation revolution turn lap length width height ' +
  'water flour sugar salt milk juice rice paint gas gasoline oil sand meat beef cheese butter coffee tea wine soda wood fabric acid food fuel ' +
  'ice cream yarn cloth wheat corn hay pasta popcorn sauce soup money work data time text handshake domino tournament rook queen king bishop pawn';

/** Said of what is counted or measured, without changing how much it is. */
const QUALIFIERS =
  'any different distinct possible unique total ordered unordered valid such new old long tall wide high deep thick away apart altogether ' +
  'remaining left positive whole real complex rational even odd consecutive more extra additional full complete entire single exact ' +
  'red blue green yellow orange purple pink brown black white gray grey golden silver gold ' +
  'later ago earlier in of the interior exterior lattice equal congruent similar small large big little short ' +
  'standard regular special common local global critical fixed english chinese american canadian us australian metric imperial fluid nautical light';

/** Spelled like a plural, one thing. */
const PLURAL_ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/(?:s|x|z|ch|sh|o)es$/, 'es'],
  [/s$/, 's'],
];

const nouns: ReadonlySet<string> = new Set(NOUNS.split(' '));
const qualifiers: ReadonlySet<string> = new Set(QUALIFIERS.split(' '));

export function isCountedNoun(word: string): boolean {
  const lower = word.toLowerCase();
  if (nouns.has(lower)) return true;
  return PLURAL_ENDINGS.some(
    ([ending, letters]) => ending.test(lower) && nouns.has(lower.slice(0, -letters.length)),
  );
}

export function isQualifier(word: string): boolean {
  const lower = word.toLowerCase();
  return qualifiers.has(lower) || standsAlone(lower);
}

/** `5 total`, `3 each`: no noun follows. */
export function standsAlone(word: string): boolean {
  return /^(?:total|altogether|each|apiece|overall)$/.test(word);
}
