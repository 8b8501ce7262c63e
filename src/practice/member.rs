//! A doula as a member of her practice, and as its admin. Only `member_store` reads who is.

use crate::{
    error::{Error, ErrorCode, Result},
    id::{PracticeId, UserId},
};

/// A doula who belongs to a practice, as it stood in the transaction that read it.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub(super) practice: PracticeId,
    pub(super) doula: UserId,
    pub(super) is_admin: bool,
}

/// A member who may change what her practice set.
#[derive(Debug, Clone, Copy)]
pub struct Admin(Member);

impl Member {
    /// Which practice.
    pub fn practice(&self) -> PracticeId {
        self.practice
    }

    /// Who.
    pub fn doula(&self) -> UserId {
        self.doula
    }

    /// The right to change what the practice set.
    ///
    /// # Errors
    /// 403 when she is no admin.
    pub fn admin(self) -> Result<Admin> {
        if self.is_admin {
            Ok(Admin(self))
        } else {
            Err(Error::new(ErrorCode::NotAnAdmin, "Ask an admin of your practice to change this."))
        }
    }
}

impl Admin {
    /// The same as a member.
    pub fn member(&self) -> &Member {
        &self.0
    }
}
