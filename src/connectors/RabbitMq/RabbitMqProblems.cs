using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Everything that can go wrong with a broker, in words that help.</summary>
internal static class RabbitMqProblems
{
    internal static Problem BadAddress(string shown, string why) => new(
        "GW-RMQ-001", $"{shown} is not the address of a RabbitMQ broker.", why,
        "Write it like this: amqp://USER:${RABBITPASSWORD}@HOST:5672/VHOST?management=http://HOST:15672",
        Recovery.Stop);

    internal static Problem NotReached(string shown, string why) => new(
        "GW-RMQ-002", $"RabbitMQ at {shown} cannot be reached, or the connection broke.", $"{Said(why)}.",
        "Nothing needs to be done when it comes back soon: Godwit tries again. Otherwise look at the broker and the"
        + " network between.",
        Recovery.Retry);

    internal static Problem Refused(string shown, string why) => new(
        "GW-RMQ-003", $"RabbitMQ at {shown} does not let us in.", $"{Said(why)}.",
        "Correct the user, the password (a variable of the migration file) or the virtual host. The user 'guest' may"
        + " log in from the broker's own machine only.",
        Recovery.Stop);

    internal static Problem NotAllowed(string shown, string why) => new(
        "GW-RMQ-004", $"The user may not do at {shown} what Godwit has to do.", $"{Said(why)}.",
        "Grant it (docs/how-to/rabbitmq.md has the command), then run: godwit resume", Recovery.Pause);

    internal static Problem Missing(string shown, string why) => new(
        "GW-RMQ-005", $"A queue or an exchange is not at {shown}.", $"{Said(why)}.",
        "Make it as it is at the other side, then run: godwit resume", Recovery.Pause);

    internal static Problem Rejected(string shown, string why) => new(
        "GW-RMQ-006", $"RabbitMQ at {shown} refuses what it was told.", $"{Said(why)}.",
        "Where it speaks of arguments, a queue or an exchange is there with others than at the other side: delete it or"
        + " make both alike. Where it speaks of user_id, give the user the tag 'impersonator'. Then run: godwit resume",
        Recovery.Pause);

    internal static Problem HasConsumers(string shown, string queue) => new(
        "GW-RMQ-007", $"Somebody else consumes from '{Printable.Text(queue)}' at {shown}.",
        "Whoever else consumes there takes messages that are on their way, and they would be handled twice.",
        "Stop its consumers, or move them to the other side: messages arrive there in order. Then run: godwit resume",
        Recovery.Pause);

    internal static Problem Busy(string shown, string duty) => new(
        "GW-RMQ-008", $"Another connection of this migration is still open at {shown}.",
        $"The broker keeps '{Printable.Text(duty)}' for it. After a crash that ends when its heartbeat is missed.",
        "Nothing needs to be done: Godwit tries again. If it stays so, another machine runs the same migration.",
        Recovery.Retry);

    internal static Problem LedgerHarmed(string path) => new(
        "GW-RMQ-009", "What Godwit remembers of the messages that it moved was harmed.",
        $"The checksum of {Printable.Text(path)} is wrong.",
        "Put the file back from a backup that is younger than the last run. Without it nobody knows which messages"
        + " arrived.",
        Recovery.Stop);

    internal static Problem LedgerLost(string shown, ulong known, ulong other) => new(
        "GW-RMQ-010", $"What Godwit remembers does not fit what is at {shown}.",
        $"Batch {known} is the last one that is known here, and the other side speaks of batch {other}: the state"
        + " folder was replaced, or Godwit's own queues were.",
        "Put the old state folder back, then run: godwit resume. Otherwise some messages could arrive twice or never.",
        Recovery.Stop);

    internal static Problem NotTaken(string shown, string why) => new(
        "GW-RMQ-011", $"RabbitMQ at {shown} did not take all messages.", $"{Said(why)}.",
        "Make room in the queue, or correct its policy, then run: godwit resume. Nothing was lost.", Recovery.Pause);

    internal static Problem NotEmpty(string shown, string queue, long messages) => new(
        "GW-RMQ-012", $"The queue '{Printable.Text(queue)}' at {shown} is not empty.",
        $"{messages} messages are in it, and they would come before those that are moved.",
        "Have them consumed, or purge the queue.", Recovery.Stop);

    internal static Problem NoManagement(string shown, string why, string so) => new(
        "GW-RMQ-013", $"The management API of {shown} does not answer.", $"{Said(why)}. {so}",
        "Add ?management=http://HOST:15672 to the address, or enable the plug-in: rabbitmq-plugins enable"
        + " rabbitmq_management",
        Recovery.Stop);

    internal static Problem NoTopology(string shown, string why) => new(
        "GW-RMQ-014", $"Exchanges, bindings and arguments of {shown} cannot be read.",
        $"Its management API does not answer. {Said(why)}. So nothing is made at the target, and nothing compared.",
        "Make queues, exchanges and bindings at the target yourself, or add ?management=http://HOST:15672 to the"
        + " address.",
        Recovery.Retry);

    internal const string NoManagementRightCode = "GW-RMQ-015";

    internal static Problem NoManagementRight(string shown) => new(
        NoManagementRightCode, $"The user may not ask the management API of {shown}.",
        "It needs the tag 'management' or more.",
        "Give it: rabbitmqctl set_user_tags USER management", Recovery.Stop);

    internal static Problem NotMovable(string shown, string queue, string why) => new(
        "GW-RMQ-016", $"The queue '{Printable.Text(queue)}' at {shown} cannot be moved.", why,
        "Leave it out: name the other queues under 'queues'.", Recovery.Stop);

    internal static Problem Differs(string shown, string queue, string there, string here) => new(
        "GW-RMQ-017", $"The queue '{Printable.Text(queue)}' at {shown} is not as at the source.",
        $"Source: {Printable.Text(there)}. Target: {Printable.Text(here)}.",
        "Delete it at the target, where it is empty, and Godwit makes it anew.", Recovery.Stop);

    internal static Problem Rejects(string shown, string queue, string by) => new(
        "GW-RMQ-018", $"The queue '{Printable.Text(queue)}' at {shown} refuses messages when it is full.",
        $"By {Printable.Text(by)}. A message that is refused while the next one is taken would lose its place in the"
        + " order.",
        "Leave x-overflow out at the target while messages are moved; where a policy says it, have one of that name"
        + " there without overflow.",
        Recovery.Stop);

    internal static Problem TimeRestarts(string shown, string queue) => new(
        "GW-RMQ-019", $"Messages of '{Printable.Text(queue)}' at {shown} expire after a time, which begins anew.",
        "The broker does not tell how long a message has waited already.",
        "Nothing needs to be done where they may live longer by the time of the move.", Recovery.Retry);

    internal static Problem HasPolicy(string shown, string queue, string policy, string definition) => new(
        "GW-RMQ-020", $"The policy '{Printable.Text(policy)}' applies to '{Printable.Text(queue)}' at {shown}.",
        $"It is made at the target as it is ({Printable.Text(definition)}), and applies there to whatever its pattern"
        + " fits.",
        "Look whether that is meant. Where it is not, make a policy of that name at the target yourself.",
        Recovery.Retry);

    internal static Problem InDoubt(string shown, int messages) => new(
        "GW-RMQ-021", $"{messages} messages of {shown} are on their way, and it is not known whether they arrived.",
        "The run was ended while one of the brokers did not answer. They are still in their queues, and may be at the"
        + " other side too.",
        "Compare both sides (docs/problems/GW-RMQ-021.md says how), then run: godwit resume", Recovery.Pause);

    internal static Problem CannotRemember(string path, string why) => new(
        "GW-RMQ-022", $"{Printable.Text(path)} cannot be written.", $"{Said(why)}.",
        "Make room on the disk, or correct the rights of the state folder, then run: godwit resume. Nothing was lost.",
        Recovery.Pause);

    internal static Problem QueueReplaced(string shown, string queue, long moved) => new(
        "GW-RMQ-023", $"The queue '{Printable.Text(queue)}' at {shown} was deleted while messages are moved into it.",
        $"{moved} messages had been moved into it; those that nobody had consumed by then are gone with it, and they"
        + " are no longer at the other side.",
        "Find out who deleted it. Then make it again, where it is not there, and run: godwit resume. The messages of"
        + " the last batch and all later ones go into it.",
        Recovery.Pause);

    internal static Problem PolicyDiffers(string shown, string policy, string there, string here) => new(
        "GW-RMQ-024", $"The policy '{Printable.Text(policy)}' at {shown} is not as at the source.",
        $"Source: {Printable.Text(there)}. Target: {Printable.Text(here)}. It stays as it is.",
        "Look whether that is meant: queues that are moved work by the target's policy.", Recovery.Retry);

    internal static Problem PolicyNotMade(string shown, string policy, string definition, string why) => new(
        "GW-RMQ-025", $"The policy '{Printable.Text(policy)}' cannot be made at {shown}.", $"{Said(why)}.",
        "Give the user the tag 'policymaker', or make it yourself with rabbitmqctl set_policy"
        + $" ({Printable.Text(definition)}). Then run: godwit resume",
        Recovery.Pause);

    internal static Problem PolicyOverOurs(string shown, string policy, string pattern) => new(
        "GW-RMQ-026", $"The policy '{Printable.Text(policy)}' at {shown} would apply to Godwit's own queues.",
        $"Its pattern '{Printable.Text(pattern)}' fits names that begin with godwit., and it holds limits: what Godwit"
        + " counts on would be taken away.",
        "Let its pattern leave these names out, as in ^(?!godwit\\.).*$", Recovery.Stop);

    internal static Problem UsersMissing(string shown, string users) => new(
        "GW-RMQ-027", $"Users who may work at the source are not known at {shown}: {Printable.Text(users)}.",
        "Users and permissions are not copied: passwords cannot be read.",
        "Make them before the cutover: rabbitmqctl add_user, then rabbitmqctl set_permissions", Recovery.Retry);

    internal static Problem UsersUnknown(string shown) => new(
        "GW-RMQ-028", $"Whether the applications' users are known at {shown} cannot be seen.",
        "Only a user with the tag 'administrator' may list users, at both sides. Users and permissions are not copied.",
        "Look before the cutover: rabbitmqctl list_permissions -p VHOST", Recovery.Retry);

    internal static Problem PoliciesUnknown(string shown) => new(
        "GW-RMQ-029", $"Whether policies apply at {shown} cannot be seen.",
        "Only a user with the tag 'policymaker' may list them. So none is made at the target, and whether one with"
        + " limits would apply to Godwit's own queues is not known.",
        "Give the user that tag: rabbitmqctl set_user_tags USER policymaker", Recovery.Retry);

    internal static Problem Expires(string shown, string queue, string time) => new(
        "GW-RMQ-040",
        $"The queue '{Printable.Text(queue)}' at {shown} goes, with its messages, where nobody has consumed for"
        + $" {Printable.Text(time)} ms.",
        "The target's queue does the same, and Godwit does not consume there.",
        "Have its consumers at the target before the run, or leave the queue out.", Recovery.Retry);

    internal static Problem CountsDeliveries(string shown, string queue, long limit) => new(
        "GW-RMQ-041",
        $"The queue '{Printable.Text(queue)}' at {shown} drops a message that was delivered more than"
        + $" {limit} times, or makes it a dead letter.",
        "What Godwit has read, and not taken away yet, counts as delivered once more each time its connection is lost"
        + " or its process is killed.",
        "Make the queue with a higher limit, or look that no such message became a dead letter after a crash.",
        Recovery.Retry);

    internal static Problem NotTrusted(string shown, string why) => new(
        "GW-RMQ-042", $"The certificate of RabbitMQ at {shown} is not trusted.", $"{Said(why)}.",
        "Name the certificates to trust by ?ca=FILE in the address, and the host as the certificate has it. Then run:"
        + " godwit resume",
        Recovery.Pause);

    internal static Problem LeadsElsewhere(string shown, string exchange, string ends) => new(
        "GW-RMQ-043",
        (exchange.Length == 0 ? "Dead letters" : $"What is sent to the exchange '{Printable.Text(exchange)}'")
        + $" at {shown} may reach what is not moved: {Printable.Text(ends)}.",
        "The target has the way, and not its end: messages that take it there are dropped.",
        "Name these queues under 'queues' too, or make at the target what shall take their messages.",
        Recovery.Retry);

    internal static Problem ExchangeDiffers(string shown, string exchange, string there, string here) => new(
        "GW-RMQ-044", $"The exchange '{Printable.Text(exchange)}' at {shown} is not as at the source.",
        $"Source: {Printable.Text(there)}. Target: {Printable.Text(here)}.",
        "Delete it at the target, where nobody uses it, and Godwit makes it anew.", Recovery.Stop);

    internal static Problem BoundOtherwise(string shown, string bindings) => new(
        "GW-RMQ-045", $"There are bindings at {shown} that the source does not have.",
        $"They stay: {Printable.Text(bindings)}.",
        "Remove them, where the queues shall not get more than at the source.", Recovery.Retry);

    internal static Problem ExchangeNotMade(string shown, string exchange, string why) => new(
        "GW-RMQ-046", $"The internal exchange '{Printable.Text(exchange)}' cannot be made at {shown}.",
        $"{Said(why)}. Godwit makes internal exchanges by the management API.",
        "Give the user the tag 'management' and the right to configure, or make it yourself. Then run: godwit resume",
        Recovery.Pause);

    private static string Said(string text) => Printable.Text(text).TrimEnd('.');
}
