//! Orders reached by a token instead of a right: looked up by whoever placed one without signing in, and claimed by whoever reads its mail.

use super::granted::{Consequence, Granted, View};
use super::scoped_db::{ScopedDb, find};
use super::token::Token;
use super::write_tx::WriteTx;
use crate::error::Result;
use chrono::TimeDelta;
use entity::ids::{AccountId, OrderId, OrderTokenId};
use entity::mail::{self, Kind};
use entity::order_token::{self, Purpose};
use entity::sales_order;
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement,
};

/// Tokens by which one order can be looked up at the same time; the oldest make room.
const LOOK_UPS: u64 = 10;

impl ScopedDb {
    /// The order that `token` looks up, whoever asks.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn order_of_token(
        &self,
        token: &Token,
    ) -> Result<Option<Granted<sales_order::Entity, View>>> {
        let still = Condition::any()
            .add(order_token::Column::ExpiresAt.is_null())
            .add(order_token::Column::ExpiresAt.gt(self.now));
        let looked_up = Query::select()
            .column(order_token::Column::OrderId.as_column_ref())
            .from(order_token::Entity)
            .cond_where(order_token::Column::TokenHash.eq(token.hash()))
            .cond_where(order_token::Column::Purpose.eq(Purpose::LookUp))
            .cond_where(still)
            .take();
        let is_it = Condition::all().add(sales_order::Column::Id.in_subquery(looked_up));
        // Not on a connection that may be behind: the token may have come with the answer to the last request.
        Ok(find(self.reader(), is_it).await?.pop())
    }
}

impl WriteTx {
    /// Lets `token` look the order up.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn keep_look_up(&mut self, order: OrderId, token: &Token) -> Result<()> {
        let row = order_token::ActiveModel {
            id: Set(OrderTokenId(self.fresh_id())),
            order_id: Set(order),
            purpose: Set(Purpose::LookUp),
            token_hash: Set(token.hash()),
            account_id: Set(None),
            created_at: Set(self.now()),
            expires_at: Set(None),
        };
        order_token::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        #[expect(clippy::disallowed_methods, reason = "tokens have no viewer")]
        let too_many: Vec<OrderTokenId> = order_token::Entity::find()
            .select_only()
            .column(order_token::Column::Id)
            .filter(order_token::Column::OrderId.eq(order))
            .filter(order_token::Column::Purpose.eq(Purpose::LookUp))
            .order_by_desc(order_token::Column::CreatedAt)
            .order_by_desc(order_token::Column::Id)
            .offset(LOOK_UPS)
            .limit(LOOK_UPS)
            .into_tuple()
            .all(self.connection())
            .await?;
        if !too_many.is_empty() {
            order_token::Entity::delete_many()
                .filter(order_token::Column::Id.is_in(too_many))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Uses up a token that was mailed for `account` to claim an order, with all other tokens of that order. `None` for one that is over,
    /// used, or another account's; of two at the same time one gets the order.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn take_claim(
        &mut self,
        token: &Token,
        account: AccountId,
    ) -> Result<Option<Granted<sales_order::Entity, Consequence>>> {
        let sql = "DELETE FROM order_token WHERE token_hash = $1 AND expires_at > $2 AND purpose = $3 AND account_id = $4 RETURNING order_id";
        let purpose = sea_orm::ActiveEnum::to_value(&Purpose::Claim);
        let values = [
            token.hash().into(),
            self.now().into(),
            purpose.into(),
            account.into(),
        ];
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        let Some(row) = self.connection().query_one_raw(statement).await? else {
            return Ok(None);
        };
        let order: OrderId = row.try_get_by_index(0)?;
        let is_it = sales_order::Column::Id.eq(order);
        let order = self.consequences::<sales_order::Entity>(is_it).await?.pop();
        if let Some(order) = &order {
            order_token::Entity::delete_many()
                .filter(order_token::Column::OrderId.eq(order.id))
                .exec(self.connection())
                .await?;
        }
        Ok(order)
    }

    /// How many letters about claims were asked for by an account within the last hour, as far as they went out or wait.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn claims_asked_for(&mut self, account: AccountId) -> Result<u64> {
        #[expect(clippy::disallowed_methods, reason = "letters have no viewer")]
        let letters = mail::Entity::find()
            .filter(mail::Column::AccountId.eq(account))
            .filter(mail::Column::Kind.eq(Kind::OrderClaim))
            .filter(mail::Column::CreatedAt.gt(self.now() - TimeDelta::hours(1)));
        Ok(letters.count(self.connection()).await?)
    }
}
