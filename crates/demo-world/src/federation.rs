//! The gateway of the demonstration: the real one, with the world's ports behind it.

use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::world::{BankUrls, Inner, WorldError};
