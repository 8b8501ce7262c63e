//! The closed vocabularies of the catalogue: kinds, touch, contexts, needs, evidence grades.
//!
//! Each value has exactly one word, the same in the data file, in the API and in the database.
//! What a word does to a suggestion is decided in `caution.rs` and `ranking.rs`, not here.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that stands for this value in data and API.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value that a word names; `None` when the vocabulary does not know it.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    /// What sort of thing a resource is.
    Kind {
        /// Touch with rules of its own, and learning to read cues before it.
        Massage = "massage",
        /// A book, or a short page written for this product.
        Bibliotherapy = "bibliotherapy",
        /// Small moments between parent and child.
        Connection = "connection",
        /// Something for the parent's own body or mind.
        SelfCare = "self_care",
        /// A way to another person.
        Support = "support",
    }

    /// How hands meet skin.
    Touch {
        /// No touch is part of it.
        None = "none",
        /// Hands or arms that rest and do not move.
        Still = "still",
        /// Hands that move over the skin.
        Stroking = "stroking",
    }

    /// A circumstance of the parent or of one baby that includes or excludes a resource.
    Context {
        /// Of a baby: in a neonatal unit now.
        Nicu = "nicu",
        /// Of a baby: born early.
        Preterm = "preterm",
        /// Of a baby: one of twins or more.
        Multiples = "multiples",
        /// Of the parent: a baby died, or is no longer in the family's care.
        Loss = "loss",
        /// Of the parent: a family by adoption, surrogacy or fostering.
        Adoption = "adoption",
        /// Of the parent: a birth that felt unsafe.
        BirthTrauma = "birth_trauma",
        /// Of the parent: a past episode of mania or psychosis, or bipolar illness.
        ManiaHistory = "mania_history",
        /// Of a baby, while in force: a vaccine within the waiting time.
        VaccinationRecent = "vaccination_recent",
        /// Of a baby, while in force: fever or illness.
        Fever = "fever",
        /// Of a baby, while in force: broken, infected or newly rashy skin.
        SkinCondition = "skin_condition",
    }

    /// When a resource may be offered. Never a claim that it works.
    Need {
        /// Connection with the baby was rated low.
        LowConnection = "low_connection",
        /// Mood was rated low.
        LowMood = "low_mood",
        /// Worry was rated high.
        Anxiety = "anxiety",
        /// Few hours of sleep.
        PoorSleep = "poor_sleep",
        /// Little support.
        Isolation = "isolation",
        /// Several of these at once.
        Overwhelm = "overwhelm",
        /// An unsettled baby.
        Fussiness = "fussiness",
        /// Long crying.
        Colic = "colic",
    }

    /// How much research carries a resource, from most to least.
    Grade {
        /// Trials that agree, or a guideline.
        Strong = "strong",
        /// Trials or a pooled analysis, with limits.
        Moderate = "moderate",
        /// Small, biased or indirect studies.
        Modest = "modest",
        /// Practice and expert advice alone.
        Expert = "expert",
    }
}
