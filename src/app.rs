//! The composition root: settings become parts, and parts become a server or the ground of a command.

use crate::config::{self, Settings};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Ambient;
use crate::platform::storage::{At, Database, Place};
