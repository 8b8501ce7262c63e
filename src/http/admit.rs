//! Asks for a place for each request before anything is done for it (security requirements LIM-2, LIM-3).
//!
//! Lies within the edge, so that a refusal has its headers, its log line and, for a check-in, the way to help. The
//! place is free again as soon as the reply is made: a client that reads slowly keeps it from nobody.

use std::rc::Rc;

use actix_web::{
    Error as ActixError, HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use futures_util::{FutureExt, StreamExt};

use super::watch;
use crate::{
    admission::{Class, Place, as_class, class_of},
    app::App,
    error::Error,
};

/// What a request carries: its place, and the right to leave it while its body is on the way.
pub type Carried = Rc<Place>;

/// The middleware.
pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    watch::used(&req);
    let class = class_of(req.method().as_str(), req.path());
    if class == Class::Probe {
        return Ok(as_class(class, next.call(req)).await?.map_into_boxed_body());
    }
    let Some(app) = req.app_data::<web::Data<App>>() else {
        return Err(Error::internal("the application state is missing").into());
    };
    let place = match app.gate.enter(class) {
        Ok(place) => Rc::new(place),
        Err(refusal) => {
            pass_over_body(&mut req).await;
            return Ok(req.into_response(refusal.error_response()));
        }
    };
    req.extensions_mut().insert::<Carried>(Rc::clone(&place));
    let reply = as_class(class, next.call(req)).await;
    place.leave();
    Ok(reply?.map_into_boxed_body())
}

/// Takes what has come of a body already and drops it, so that a client that was refused keeps its connection: making
/// a new one costs a full server more than the refusal does. Waits for nothing.
async fn pass_over_body(req: &mut ServiceRequest) {
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return;
    }
    // The framework hands over what it has read of a body only after the first turn.
    tokio::task::yield_now().await;
    let mut body = req.take_payload();
    while let Some(Some(Ok(_))) = body.next().now_or_never() {}
}
