//! Rows of the audit.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, HasSqlType, Nullable, Text},
};
use jiff::Timestamp;

use super::Act;
use crate::{
    db::{Conn, on, types::Micros},
    error::Result,
    id::{CareLinkId, RowId, UserId},
};

/// Records one act in the running transaction.
pub fn record(conn: &mut Conn, now: Timestamp, act: &Act<'_>) -> Result<()> {
    let insert = Insert::of(now, act);
    on!(conn, |c| (&insert).execute(c))?;
    Ok(())
}

/// The statement that records one act. Written out so that it can be a part of a larger one, where each message to the
/// database counts.
pub(crate) struct Insert<'a> {
    id: RowId,
    at: Micros,
    act: &'a Act<'a>,
}

impl<'a> Insert<'a> {
    pub(crate) fn of(now: Timestamp, act: &'a Act<'a>) -> Self {
        Self { id: RowId::new(now), at: Micros::from(now), act }
    }
}

impl<DB: Backend> QueryFragment<DB> for Insert<'_>
where
    RowId: ToSql<Text, DB>,
    UserId: ToSql<Text, DB>,
    str: ToSql<Text, DB>,
    Micros: ToSql<BigInt, DB>,
    Option<UserId>: ToSql<Nullable<Text>, DB>,
    Option<CareLinkId>: ToSql<Nullable<Text>, DB>,
    for<'s> Option<&'s str>: ToSql<Nullable<Text>, DB>,
    DB: HasSqlType<Nullable<Text>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO audit (id, at, actor_id, actor_role, action, parent_id, link_id, object_id) VALUES (",
        );
        out.push_bind_param::<Text, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.at)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.act.actor)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.act.role)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.act.action)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.act.parent)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.act.link)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.act.object)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Insert<'_> {
    type QueryId = Insert<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for &Insert<'_> {}
