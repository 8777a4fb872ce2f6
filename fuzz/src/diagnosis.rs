//! Why a server refused.

use crate::records::{chosen, head};
use crate::reply::answers;
use protocol::anatomy::Answer;
use protocol::diagnosis::{Context, End, Finding, How, Provider, diagnose, diagnose_end};
use protocol::export::reasons;
use protocol::smtp::reply::ReplyParser;

/// The most causes that anybody would read.
const MOST: usize = 12;

/// Any reply at any step, from anybody's server: a refusal has its causes, each once, and nothing else has any.
/// What is no reply has an end that can be explained.
///
/// The input is a letter for the answer, one for the provider, one for what is known, the separator and replies,
/// of which the first three are looked at.
pub fn diagnosis(input: &[u8]) {
    let (choice, mut wire) = head(input);
    let at = |n: usize| choice.get(n).copied();
    let answer = chosen(at(0), &answers().collect::<Vec<_>>()).unwrap_or(Answer::Nothing);
    let known = [None, Some(false), Some(true)];
    let mut context = Context {
        provider: chosen(at(1), &Provider::ALL),
        encrypted: chosen(at(2), &known).flatten(),
        logged_in: chosen(at(3), &known).flatten(),
    };
    let mut parser = ReplyParser::default();
    for _ in 0..3 {
        match parser.read(&mut wire) {
            Some(Ok(reply)) => {
                context.note(answer, &reply);
                for answer in answers() {
                    let findings = diagnose(answer, &reply, context);
                    assert_eq!(!findings.is_empty(), reply.code().is_refusal());
                    be_ranked(&findings);
                    assert_eq!(reasons(answer, &reply, context).len(), findings.len());
                }
            }
            Some(Err(error)) => {
                for port in [25, 465, 587] {
                    let how = How::Broken(error);
                    be_ranked(&diagnose_end(&End {
                        how,
                        port,
                        heard: port == 25,
                        goodbye: false,
                        context,
                    }));
                }
                return;
            }
            None => return,
        }
    }
}

/// Each cause once, all recognised by the same kind of evidence, and not too many.
fn be_ranked(findings: &[Finding]) {
    assert!(findings.len() <= MOST, "{findings:?}");
    for (n, finding) in findings.iter().enumerate() {
        assert!(findings[..n].iter().all(|other| other.cause != finding.cause), "{findings:?}");
        let kind = |finding: &Finding| std::mem::discriminant(&finding.by);
        assert_eq!(kind(finding), kind(&findings[0]), "{findings:?}");
    }
}
