//! The caller of a request, as a type that a handler asks for.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use jiff::Timestamp;

use super::{store, token::Claims};
use crate::{
    app::App,
    care::Own,
    db::Conn,
    error::{Error, ErrorCode, Result},
    id::{SessionId, UserId},
};

/// What somebody with an account is here for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Writes check-ins and decides who sees them.
    Parent,
    /// Looks after the parents who linked to her.
    Doula,
    /// Runs the server; sees no parent's words.
    Operator,
}

impl Role {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Doula => "doula",
            Self::Operator => "operator",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();

    fn from_str(word: &str) -> std::result::Result<Self, ()> {
        match word {
            "parent" => Ok(Self::Parent),
            "doula" => Ok(Self::Doula),
            "operator" => Ok(Self::Operator),
            _ => Err(()),
        }
    }
}

/// Anyone with an account and a live session.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Who.
    pub id: UserId,
    /// In which role.
    pub role: Role,
    /// By which sign-in.
    pub session: SessionId,
    /// When the password was last given in this session.
    pub auth_time: Timestamp,
}

impl Caller {
    /// The caller as a parent.
    ///
    /// # Errors
    /// 403 in another role.
    pub fn parent(self) -> Result<Parent> {
        only(Role::Parent, self).map(Parent)
    }

    /// The caller as a doula.
    ///
    /// # Errors
    /// 403 in another role.
    pub fn doula(self) -> Result<Doula> {
        only(Role::Doula, self).map(Doula)
    }
}

/// A parent; proves the right to what is her own.
#[derive(Debug, Clone, Copy)]
pub struct Parent(Caller);

impl Parent {
    /// Who.
    pub fn id(&self) -> UserId {
        self.0.id
    }

    /// The same person as anyone with an account.
    pub fn caller(&self) -> Caller {
        self.0
    }

    /// The proof that store functions ask for.
    pub fn own(&self) -> Own {
        Own::of(self)
    }
}

/// A doula; what she may see depends on care links.
#[derive(Debug, Clone, Copy)]
pub struct Doula(Caller);

impl Doula {
    /// Who.
    pub fn id(&self) -> UserId {
        self.0.id
    }
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

impl FromRequest for Caller {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let signed = Signed::of(req);
        let app = req.app_data::<web::Data<App>>().cloned();
        Box::pin(async move {
            let (app, signed) = (app.ok_or_else(stateless)?, signed?);
            app.db.read(move |conn| signed.caller(conn)).await
        })
    }
}

/// Somebody whose token is good; whether the session behind it stands is asked by the same visit to the database that
/// then does the work.
#[derive(Debug, Clone, Copy)]
pub struct Signed {
    claims: Claims,
    at: Timestamp,
}

impl Signed {
    fn of(req: &HttpRequest) -> Result<Self> {
        let app = req.app_data::<web::Data<App>>().ok_or_else(stateless)?;
        let at = app.clock.now();
        Ok(Self { claims: app.tokens.verify(&bearer(req)?, at)?, at })
    }

    /// Who it says it is: a name, and no right before [`Signed::parent`] has been asked.
    pub fn id(&self) -> UserId {
        self.claims.user
    }

    /// The caller.
    ///
    /// # Errors
    /// 401 when the session has ended.
    pub fn caller(&self, conn: &mut Conn) -> Result<Caller> {
        match store::live_session(conn, self.claims.session, self.at)? {
            Some(live) if live.user == self.claims.user => Ok(Caller {
                id: live.user,
                role: live.role,
                session: self.claims.session,
                auth_time: live.auth_time,
            }),
            _ => Err(refused()),
        }
    }

    /// The caller as a parent.
    ///
    /// # Errors
    /// 401 when the session has ended, 403 in another role.
    pub fn parent(&self, conn: &mut Conn) -> Result<Parent> {
        self.caller(conn)?.parent()
    }
}

impl FromRequest for Signed {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

fn stateless() -> Error {
    Error::internal("the application state is missing")
}

impl FromRequest for Parent {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(req, payload);
        Box::pin(async move { only(Role::Parent, caller.await?).map(Self) })
    }
}

impl FromRequest for Doula {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(req, payload);
        Box::pin(async move { only(Role::Doula, caller.await?).map(Self) })
    }
}

fn only(role: Role, caller: Caller) -> Result<Caller> {
    if caller.role == role {
        return Ok(caller);
    }
    Err(Error::new(ErrorCode::WrongRole, format!("Only a {} can do this.", role.as_str())))
}

/// A token was sent and opens nothing; the same words whatever the reason was.
pub(super) fn refused() -> Error {
    Error::new(ErrorCode::Unauthenticated, "Sign in again.").with_token_error()
}

fn bearer(req: &HttpRequest) -> Result<String> {
    let missing = || Error::new(ErrorCode::Unauthenticated, "Send an access token: Authorization: Bearer …");
    let mut sent = req.headers().get_all(header::AUTHORIZATION);
    let first = sent.next().ok_or_else(missing)?;
    if sent.next().is_some() {
        return Err(refused());
    }
    let (scheme, token) = first.to_str().map_err(|_| refused())?.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    Ok(token.to_owned())
}
