//! Ids and instants as columns, the same on both databases.
//!
//! Ids are TEXT, instants BIGINT microseconds since 1970 UTC, local days ISO text. What a column holds is
//! parsed on the way out, so a damaged cell becomes an error of that request and never a wrong value.

use std::str::FromStr;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::{BigInt, Text},
};
use jiff::{Timestamp, civil::Date};

use crate::id;

/// An instant as stored: microseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct Micros(i64);

impl From<Timestamp> for Micros {
    fn from(at: Timestamp) -> Self {
        Self(at.as_microsecond())
    }
}

impl From<Micros> for Timestamp {
    fn from(at: Micros) -> Self {
        // Out of range only when somebody edited the row by hand; the nearest end is an honest reading.
        Timestamp::from_microsecond(at.0).unwrap_or(if at.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl<DB: Backend> ToSql<BigInt, DB> for Micros
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<BigInt, DB> for Micros
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i64::from_sql(bytes).map(Self)
    }
}

/// A local day as stored: `2026-11-23`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Day(String);

impl From<Date> for Day {
    fn from(day: Date) -> Self {
        Self(day.to_string())
    }
}

impl Day {
    /// The calendar day.
    pub fn date(&self) -> Date {
        // `from_sql` has parsed it once already.
        self.0.parse().unwrap_or(Date::MIN)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Day
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Day
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        Date::from_str(&text).map_err(|_| "the column does not hold a day")?;
        Ok(Self(text))
    }
}

macro_rules! id_columns {
    ($($proxy:ident = $id:ident;)*) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = Text)]
        #[expect(dead_code, reason = "only names the type that diesel's impls are made for")]
        struct $proxy(id::$id);

        impl<DB: Backend> ToSql<Text, DB> for id::$id
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for id::$id
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                text.parse().map_err(|id::NotAnId| "the column does not hold an id".into())
            }
        }
    )*};
}

id_columns! {
    UserIdColumn = UserId;
    SessionIdColumn = SessionId;
    PracticeIdColumn = PracticeId;
    BabyIdColumn = BabyId;
    InvitationIdColumn = InvitationId;
    CareLinkIdColumn = CareLinkId;
    CheckInIdColumn = CheckInId;
    FlagIdColumn = FlagId;
    ScreeningIdColumn = ScreeningId;
    RowIdColumn = RowId;
}
