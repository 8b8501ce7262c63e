//! Rows of the change sequence.

use diesel::{
    Connection, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
    backend::Backend,
    dsl::max,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    audit::{self, Act},
    care::Own,
    db::{
        Conn,
        schema::{changes, parents},
        types::Micros,
    },
    error::{Error, Result},
    id::UserId,
};

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A check-in.
    CheckIn,
    /// A questionnaire that was filled in.
    Screening,
    /// A baby.
    Baby,
    /// A care link.
    CareLink,
    /// A flag.
    Flag,
    /// The parent's own settings.
    Profile,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::CheckIn, Self::Screening, Self::Baby, Self::CareLink, Self::Flag, Self::Profile];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Screening => "screening",
            Self::Baby => "baby",
            Self::CareLink => "care_link",
            Self::Flag => "flag",
            Self::Profile => "profile",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeOp)]
pub enum Op {
    /// It was made or changed.
    Put,
    /// It is gone.
    Delete,
}

impl Op {
    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Delete => "delete",
        }
    }
}

/// The latest change of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number in the parent's sequence.
    pub seq: i64,
    /// What kind of thing.
    pub kind: Kind,
    /// Which.
    pub object: String,
    /// What became of it.
    pub op: Op,
    /// When.
    pub at: Timestamp,
}

/// Makes the running transaction the only one that writes for this parent until it ends.
///
/// # Errors
/// 500 when there is no such parent.
pub fn lock(conn: &mut Conn, parent: UserId) -> Result<()> {
    let row = parents::table.find(parent).select(parents::change_seq);
    let found: Option<i64> = match conn {
        // A lock of the row instead of an update, which would leave a dead copy of it behind each time.
        Conn::Postgres(conn) => row.for_no_key_update().first(conn).optional()?,
        // Who writes to SQLite is alone anyway.
        Conn::Sqlite(conn) => row.first(conn).optional()?,
    };
    found.map(drop).ok_or_else(|| Error::internal("a parent has no row of her own"))
}

/// Records a change under the parent's next number.
pub fn record(
    conn: &mut Conn,
    parent: UserId,
    kind: Kind,
    object: &str,
    op: Op,
    now: Timestamp,
) -> Result<()> {
    number(conn, &Numbered { parent, kind, object, op, at: now.into(), act: None, first: None })
}

/// Records a change and who made it, as [`record`] and [`audit::record`] do one after the other.
pub fn record_act(
    conn: &mut Conn,
    parent: UserId,
    (kind, object, op): (Kind, &str, Op),
    act: &Act<'_>,
    now: Timestamp,
) -> Result<()> {
    let act = Some(audit::store::Insert::of(now, act));
    number(conn, &Numbered { parent, kind, object, op, at: now.into(), act, first: None })
}

/// Runs the statement that makes a change, and records the change as [`record_act`] does.
pub fn make<Q>(
    conn: &mut Conn,
    statement: &Q,
    parent: UserId,
    (kind, object, op): (Kind, &str, Op),
    act: &Act<'_>,
    now: Timestamp,
) -> Result<()>
where
    Q: QueryFragment<Pg> + QueryFragment<Sqlite> + QueryId,
{
    let act = Some(audit::store::Insert::of(now, act));
    let mut change = Numbered { parent, kind, object, op, at: now.into(), act, first: None };
    match conn {
        Conn::Postgres(_) => change.first = Some(statement),
        Conn::Sqlite(conn) => drop(conn.execute_returning_count(statement)?),
    }
    number(conn, &change)
}

fn number(conn: &mut Conn, change: &Numbered<'_>) -> Result<()> {
    let counted = match conn {
        Conn::Postgres(conn) => change.execute(conn)?,
        Conn::Sqlite(conn) => {
            if let Some(act) = &change.act {
                act.execute(conn)?;
            }
            let counted = Next { parent: change.parent }.execute(conn)?;
            change.execute(conn)?;
            counted
        }
    };
    if counted == 1 { Ok(()) } else { Err(Error::internal("a parent has no row of her own")) }
}

/// What of the parent's changed behind number `after`: each thing once, at its latest change, in the order of
/// those; at most `most`.
pub fn latest(conn: &mut Conn, own: &Own, after: i64, most: i64) -> Result<Vec<Change>> {
    let newer = changes::table.filter(changes::parent_id.eq(own.parent())).filter(changes::seq.gt(after));
    let last: Vec<Option<i64>> = newer
        .group_by((changes::kind, changes::object_id))
        .select(max(changes::seq))
        .order(max(changes::seq).asc())
        .limit(most)
        .load(conn)?;
    let last: Vec<i64> = last.into_iter().flatten().collect();
    let rows: Vec<(i64, String, String, String, Micros)> = changes::table
        .filter(changes::parent_id.eq(own.parent()))
        .filter(changes::seq.eq_any(last))
        .order(changes::seq.asc())
        .select((changes::seq, changes::kind, changes::object_id, changes::op, changes::at))
        .load(conn)?;
    let unknown = || Error::internal("the change sequence holds a word that this version does not know");
    let read = |(seq, kind, object, op, at): (i64, String, String, String, Micros)| {
        let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(unknown)?;
        let op = [Op::Put, Op::Delete].into_iter().find(|known| known.as_str() == op).ok_or_else(unknown)?;
        Ok(Change { seq, kind, object, op, at: at.into() })
    };
    rows.into_iter().map(read).collect()
}

/// The number of the parent's latest change.
pub fn last(conn: &mut Conn, own: &Own) -> Result<i64> {
    Ok(parents::table.find(own.parent()).select(parents::change_seq).first(conn)?)
}

/// Takes the parent's next number. Written out because diesel keeps no update prepared.
#[derive(QueryId)]
struct Next {
    parent: UserId,
}

impl<DB: Backend> QueryFragment<DB> for Next
where
    UserId: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE parents SET change_seq = change_seq + 1 WHERE parent_id = ");
        out.push_bind_param::<Text, _>(&self.parent)
    }
}

impl<C> RunQueryDsl<C> for Next {}

/// A change with the number that was taken last; on PostgreSQL one statement that also makes the change, takes the
/// number and records the act, because each would be a message there and back.
struct Numbered<'a> {
    parent: UserId,
    kind: Kind,
    object: &'a str,
    op: Op,
    at: Micros,
    act: Option<audit::store::Insert<'a>>,
    first: Option<&'a dyn QueryFragment<Pg>>,
}

impl QueryFragment<Pg> for Numbered<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH ");
        if let Some(first) = self.first {
            out.push_sql("made AS (");
            first.walk_ast(out.reborrow())?;
            out.push_sql("), ");
        }
        if let Some(act) = &self.act {
            out.push_sql("acted AS (");
            act.walk_ast(out.reborrow())?;
            out.push_sql("), ");
        }
        out.push_sql("numbered AS (UPDATE parents SET change_seq = change_seq + 1 WHERE parent_id = ");
        out.push_bind_param::<Text, _>(&self.parent)?;
        out.push_sql(" RETURNING parent_id, change_seq) ");
        self.insert_from("numbered", out)
    }
}

impl QueryFragment<Sqlite> for Numbered<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.insert_from("parents", out.reborrow())?;
        out.push_sql(" WHERE parent_id = ");
        out.push_bind_param::<Text, _>(&self.parent)
    }
}

impl Numbered<'_> {
    fn insert_from<'b, DB: Backend>(&'b self, table: &str, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        str: ToSql<Text, DB>,
        Micros: ToSql<BigInt, DB>,
    {
        out.push_sql(
            "INSERT INTO changes (parent_id, seq, kind, object_id, op, at) SELECT parent_id, change_seq, ",
        );
        out.push_bind_param::<Text, _>(self.kind.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.object)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.op.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.at)?;
        out.push_sql(" FROM ");
        out.push_sql(table);
        Ok(())
    }
}

/// It has several forms, which are told apart by their text.
impl QueryId for Numbered<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for &Numbered<'_> {}
