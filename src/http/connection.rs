//! What outlives one request: whether its connection may go on, and what of its body nobody read.
//!
//! The framework answers what came in one packet behind a request even when the reply said that the connection
//! closes, and it reads an unread chunked body to its end before it closes anything. Neither may be left to a
//! stranger: behind a reply that closes nothing is answered, and a body that is not wanted is not waited for.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    fmt,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Extensions, Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{ConnectionType, header},
    web::Bytes,
};
use futures_util::Stream;

/// One connection; every request on it sees the same.
#[derive(Debug, Default, Clone)]
struct Connection {
    closing: Rc<Cell<bool>>,
}

/// For the server's `on_connect`.
pub fn begin(_: &dyn Any, connection: &mut Extensions) {
    connection.insert(Connection::default());
}

/// Whether an earlier reply on this connection was the last one.
pub(super) fn is_over(req: &ServiceRequest) -> bool {
    req.request().conn_data::<Connection>().is_some_and(|connection| connection.closing.get())
}

/// Ends the connection of a request that came behind the last reply. What was answered before is sent first.
pub(super) async fn cut(req: ServiceRequest) -> ServiceResponse<BoxBody> {
    // The turn in which the framework writes the reply before this one.
    actix_web::rt::task::yield_now().await;
    req.into_response(HttpResponse::Ok().body(Cut))
}

/// Remembers that a reply is the last on its connection, when the client or the reply said so.
pub(super) fn note_end(reply: &mut ServiceResponse<BoxBody>) {
    let asked = reply.request().head().connection_type() == ConnectionType::Close;
    let said = reply.response().head().connection_type() == ConnectionType::Close;
    if !(asked || said) {
        return;
    }
    if let Some(connection) = reply.request().conn_data::<Connection>() {
        connection.closing.set(true);
    }
}

/// The same for a request that may go away before its reply is made: what it asked for is kept in what is returned.
pub(super) fn note_end_without(req: &ServiceRequest) -> impl Fn() + use<> {
    let asked = req.head().connection_type() == ConnectionType::Close;
    let connection = req.request().conn_data::<Connection>().filter(|_| asked).cloned();
    move || {
        if let Some(connection) = &connection {
            connection.closing.set(true);
        }
    }
}

/// Whether a request announces a body.
pub(super) fn has_body(req: &ServiceRequest) -> bool {
    let length = req.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|n| n != "0") || req.headers().contains_key(header::TRANSFER_ENCODING)
}

/// A body that two hold: the handler, who may read it, and the reply, until it is sent.
#[derive(Clone)]
pub(super) struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// Takes the body of a request, if it has one, and leaves the request one that reads from it.
    pub(super) fn of(req: &mut ServiceRequest) -> Option<Self> {
        if !has_body(req) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(req.take_payload())));
        req.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
    }

    /// The reply, which from now on holds what of the body was not read. The framework closes a connection whose
    /// body somebody holds unread, and reads one to its end that nobody holds.
    pub(super) fn until_sent(self, reply: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        reply.map_body(|_, body| BoxBody::new(Holding { body, _held: self }))
    }
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

struct Holding {
    body: BoxBody,
    _held: Held,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// A body that fails before its first byte: the framework drops such a connection and writes nothing.
struct Cut;

impl MessageBody for Cut {
    type Error = Over;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Over>>> {
        Poll::Ready(Some(Err(Over)))
    }
}

/// Why a connection is dropped.
#[derive(Debug)]
struct Over;

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request came behind the last reply of its connection")
    }
}

impl std::error::Error for Over {}
