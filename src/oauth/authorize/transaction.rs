//! A request under way while somebody signs in and agrees: a row, bound to the browser it began in (D-06).

use super::model::{AuthorizationRequest, Transaction, Transactions};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TransactionId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::platform::storage::Work;

/// A page may lie open over night: none says that it has expired.
const LIFETIME: Lifetime = Lifetime::days(1);

/// Keep the request while the person signs in. `browser` is a secret that this browser alone has (D-06).
pub async fn begin(
    work: &mut Work,
    request: AuthorizationRequest,
    browser: &Secret,
) -> Result<TransactionId, Failure> {
    let id = TransactionId::new(work);
    let made_at = work.now();
    let transaction =
        Transaction { id: id.clone(), request, made_at, ends_at: made_at.plus(LIFETIME) };
    work.begin_transaction(&transaction, &browser.hash()).await?;
    Ok(id)
}

/// The request, if it is still under way, and in this browser.
pub async fn resume(
    work: &mut Work,
    id: &TransactionId,
    browser: &Secret,
) -> Result<Option<Transaction>, Failure> {
    work.transaction(id, &browser.hash()).await
}
