//! The functions that an expression may call: ODK's documented list, XPath
//! 1.0's core, and the few that ODK's engines know beside them.

macro_rules! functions {
    ($($variant:ident $name:literal $min:literal ..= $max:expr,)*) => {
        /// A function of the expression language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Function { $($variant,)* }

        impl Function {
            /// Every function.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The function of this name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// The name as a form writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The fewest and the most arguments it takes.
            #[must_use]
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Self::$variant => ($min, $max),)* }
            }
        }
    };
}

/// As many arguments as one likes.
const MANY: usize = usize::MAX;

functions! {
    // Control flow and logic
    If "if" 3..=3,
    Once "once" 1..=1,
    Coalesce "coalesce" 1..=MANY,
    True "true" 0..=0,
    False "false" 0..=0,
    Boolean "boolean" 1..=1,
    BooleanFromString "boolean-from-string" 1..=1,
    Not "not" 1..=1,
    Checklist "checklist" 2..=MANY,
    WeightedChecklist "weighted-checklist" 2..=MANY,
    Depend "depend" 1..=MANY,
    // Choices
    Selected "selected" 2..=2,
    IsSelected "is-selected" 2..=2,
    SelectedAt "selected-at" 2..=2,
    CountSelected "count-selected" 1..=1,
    ChoiceName "jr:choice-name" 2..=2,
    Itext "jr:itext" 1..=1,
    // Nodes
    Position "position" 0..=1,
    Last "last" 0..=0,
    Count "count" 1..=1,
    CountNonEmpty "count-non-empty" 1..=1,
    Sum "sum" 1..=1,
    Max "max" 1..=MANY,
    Min "min" 1..=MANY,
    IndexedRepeat "indexed-repeat" 3..=11,
    Current "current" 0..=0,
    Instance "instance" 1..=1,
    Randomize "randomize" 1..=2,
    Name "name" 0..=1,
    LocalName "local-name" 0..=1,
    NamespaceUri "namespace-uri" 0..=1,
    // Texts
    String "string" 0..=1,
    Concat "concat" 0..=MANY,
    Join "join" 1..=MANY,
    Contains "contains" 2..=2,
    StartsWith "starts-with" 2..=2,
    EndsWith "ends-with" 2..=2,
    Substr "substr" 2..=3,
    Substring "substring" 2..=3,
    SubstringBefore "substring-before" 2..=2,
    SubstringAfter "substring-after" 2..=2,
    StringLength "string-length" 0..=1,
    NormalizeSpace "normalize-space" 0..=1,
    Translate "translate" 3..=3,
    Regex "regex" 2..=2,
    Digest "digest" 2..=3,
    Base64Decode "base64-decode" 1..=1,
    ExtractSigned "extract-signed" 2..=2,
    // Numbers
    Number "number" 0..=1,
    Int "int" 1..=1,
    Round "round" 1..=2,
    Floor "floor" 1..=1,
    Ceiling "ceiling" 1..=1,
    Abs "abs" 1..=1,
    Pow "pow" 2..=2,
    Sqrt "sqrt" 1..=1,
    Exp "exp" 1..=1,
    Exp10 "exp10" 1..=1,
    Log "log" 1..=1,
    Log10 "log10" 1..=1,
    Sin "sin" 1..=1,
    Cos "cos" 1..=1,
    Tan "tan" 1..=1,
    Asin "asin" 1..=1,
    Acos "acos" 1..=1,
    Atan "atan" 1..=1,
    Atan2 "atan2" 2..=2,
    Pi "pi" 0..=0,
    Random "random" 0..=0,
    // Dates and times
    Today "today" 0..=0,
    Now "now" 0..=0,
    Date "date" 1..=1,
    DateTime "date-time" 1..=1,
    DecimalDateTime "decimal-date-time" 1..=1,
    DecimalTime "decimal-time" 1..=1,
    FormatDate "format-date" 2..=2,
    FormatDateTime "format-date-time" 2..=2,
    // Places
    Area "area" 1..=1,
    EnclosedArea "enclosed-area" 1..=1,
    Distance "distance" 1..=MANY,
    Geofence "geofence" 2..=2,
    Intersects "intersects" 1..=1,
    // The rest
    Uuid "uuid" 0..=1,
    Version "version" 0..=0,
    Property "property" 1..=1,
}

impl Function {
    /// Whether it takes this many arguments.
    #[must_use]
    pub const fn takes(self, given: usize) -> bool {
        let (min, max) = self.arity();
        let paired = match self {
            Self::IndexedRepeat => given % 2 == 1,
            Self::WeightedChecklist => given.is_multiple_of(2),
            _ => true,
        };
        given >= min && given <= max && paired
    }

    /// Whether two calls with the same arguments may differ.
    #[must_use]
    pub const fn is_volatile(self) -> bool {
        matches!(
            self,
            Self::Today | Self::Now | Self::Random | Self::Uuid | Self::Randomize
        )
    }

    /// Whether it uses the context node when called without arguments.
    #[must_use]
    pub const fn takes_context(self) -> bool {
        matches!(
            self,
            Self::String
                | Self::Number
                | Self::StringLength
                | Self::NormalizeSpace
                | Self::Name
                | Self::LocalName
        )
    }
}
