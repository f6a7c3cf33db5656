//! A process whose threads all open their first file at once. The only test of its binary: there is one first time.

use std::sync::Barrier;
use std::thread;

#[test]
fn every_key_is_taken_however_many_open_first() {
    const THREADS: usize = 16;
    let folder = tempfile::tempdir().unwrap();
    let together = Barrier::new(THREADS);
    let refused = thread::scope(|scope| {
        let open = |number: usize| {
            let (file, together) = (folder.path().join(number.to_string()), &together);
            scope.spawn(move || {
                together.wait();
                let connection = sqlcipher::open(&file)?;
                sqlcipher::give_key(&connection, &[1; 32])?;
                connection.execute_batch("CREATE TABLE card(last4 TEXT) STRICT;")
            })
        };
        let opening: Vec<_> = (0..THREADS).map(open).collect();
        opening.into_iter().filter_map(|thread| thread.join().unwrap().err()).collect::<Vec<_>>()
    });
    assert!(refused.is_empty(), "{} of {THREADS} were refused: {:?}", refused.len(), refused.first());
}
