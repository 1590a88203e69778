//! What is over is forgotten: every table stays bounded.

use super::world::{World, spa};
use crate::support::database::engines;
use vestibule::oauth::forget::forget_over;

// docs/product.md §5: tables stay bounded, and nothing goes before it is over
#[tokio::test]
async fn what_is_over_is_forgotten_and_nothing_else() {
    for engine in engines() {
        let world = World::new(engine).await;
        let app = world.app(spa()).await;
        let code = world.code(&app, &[]).await;
        let answer = world.redeem(&app, &code).await.unwrap();
        assert!(answer.get("refresh_token").is_some());
        let forget = async || forget_over(&world.ground.database, world.realm().at).await.unwrap();
        world.later(3600);
        assert_eq!(forget().await, 0, "{engine:?}: within a day nothing goes");
        world.later(2 * 86_400);
        let gone = forget().await;
        assert!(gone >= 2, "{engine:?}: the code and its transaction went, {gone} rows");
        assert_eq!(forget().await, 0, "{engine:?}: the family is alive for thirty days");
        world.later(32 * 86_400);
        assert_eq!(forget().await, 2, "{engine:?}: the family, and where the session had reached");
    }
}
