using System.Collections.Generic;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class AclTests
{
    private const string NoKey =
        "-NOPERM this user has no permissions to access one of the keys used as arguments";
    private const string NoChannel =
        "-NOPERM this user has no permissions to access one of the channels used as arguments";
    private const string WrongPass =
        "-WRONGPASS invalid username-password pair or user is disabled.";

    [Fact]
    public void A_new_user_is_off_and_may_do_nothing()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER bob", "+OK");
        host.Check(
            "ACL LIST",
            "*2 $user bob off resetchannels -@all $user default on nopass ~* &* +@all");
        host.Check("ACL SETUSER bob >secret", "+OK");
        host.Check("AUTH bob secret", WrongPass);
        host.Check("ACL SETUSER bob on", "+OK");
        host.Check("AUTH bob secret", "+OK");
        host.Check("GET k", NoCommand("get"));
        host.Check("ACL WHOAMI", NoCommand("acl|whoami"));
    }

    [Fact]
    public void Keys_are_checked_by_what_the_command_does_with_them()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all ~both %R~read* %W~write*", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("SET both 1", "+OK");
        host.Check("GET both", "$1");
        host.Check("GET read1", "$-1");
        host.Check("SET read1 v", NoKey);
        host.Check("RPUSH write1 v", ":1");
        host.Check("GET write2", NoKey);
        host.Check("COPY read1 write2", ":0");
        host.Check("COPY write1 read1", NoKey);
        host.Check("SET write1 v", "+OK");
        host.Check("SET write1 v GET", NoKey);
        host.Check("GET other", NoKey);
    }

    [Fact]
    public void Who_waited_is_not_served_with_what_it_may_not_have_any_more()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all ~*", "+OK");
        host.Check("AUTH u x", "+OK", "first");
        host.Check("BLPOP l 0", "", "first");
        host.Check("BLPOP l 0", "", "second");
        host.Check("ACL SETUSER u resetkeys", "+OK");
        host.Check("RPUSH l a", ":1");
        Assert.Equal(NoKey, host.Pushes["first"]);
        Assert.Equal("*2 $l $a", host.Pushes["second"]);
        host.Check("PING", "+PONG", "first");
        Assert.Contains(":calls=1,", host.Send("INFO commandstats").Split("cmdstat_blpop")[1]);
        Assert.Contains(
            "rejected_calls=1", host.Send("INFO commandstats").Split("cmdstat_blpop")[1]);
    }

    [Fact]
    public void A_command_must_be_allowed_by_one_selector_as_a_whole()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass (+@write ~w) (+@read ~r)", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("SET w 1", "+OK");
        host.Check("GET r", "$-1");
        host.Check("GET w", NoKey);
        host.Check("SET r 1", NoKey);
        host.Check("PING", NoCommand("ping"));
    }

    [Fact]
    public void Channels_are_checked_and_listeners_that_lose_them_are_closed()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all &news:* &one", "+OK");
        host.Check("AUTH u x", "+OK", "ear");
        host.Check("SUBSCRIBE news:1", "*3 $subscribe $news:1 :1", "ear");
        host.Check("AUTH u x", "+OK", "other");
        host.Check("SUBSCRIBE two", NoChannel, "other");
        host.Check("PSUBSCRIBE news:1*", NoChannel, "other");
        host.Check("PUBLISH two x", NoChannel, "other");
        host.Check("PUBLISH one x", ":0", "other");
        host.Check("ACL SETUSER u &more", "+OK");
        Assert.Contains("sub=1", host.Send("CLIENT LIST"));
        host.Check("ACL SETUSER u resetchannels &one", "+OK");
        Assert.DoesNotContain("sub=1", host.Send("CLIENT LIST"));
    }

    [Theory]
    [InlineData("%~x")]
    [InlineData("%R")]
    [InlineData("%RW")]
    [InlineData("%")]
    [InlineData("%RR~x")]
    [InlineData("+")]
    [InlineData("+foo")]
    [InlineData("+@foo")]
    [InlineData("-get|key")]
    [InlineData("+config|get|x")]
    [InlineData("#zz")]
    [InlineData("<none")]
    [InlineData("((")]
    [InlineData("(%~")]
    [InlineData("()x")]
    [InlineData(")")]
    [InlineData("foo")]
    public void A_bad_rule_leaves_the_user_as_it_was(string rule)
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on >p +get ~a", "+OK");
        string before = host.Send("ACL GETUSER u");
        Assert.StartsWith("-ERR ", host.Send("ACL SETUSER u +set ~b " + rule));
        Assert.Equal(before, host.Send("ACL GETUSER u"));
        Assert.StartsWith("-ERR ", host.Send("ACL SETUSER v on " + rule));
        host.Check("ACL GETUSER v", "$-1");
    }

    [Fact]
    public void Rules_are_kept_as_they_were_said_without_what_became_void()
    {
        using EngineHost host = new();
        Rules(host, "+client|id", "-@all +client|id");
        Rules(host, "+client", "-@all +client");
        Rules(host, "-client|id", "-@all +client -client|id");
        Rules(host, "+@all -@string +incr -debug +debug|digest",
            "+@all -@string +incr -debug +debug|digest");
        Rules(host, "-@all +select|0", "-@all +select|0");
    }

    [Fact]
    public void A_first_argument_can_be_allowed_alone()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +select|0 +acl", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("SELECT 0", "+OK");
        host.Check("SELECT 1", NoCommand("select"));
        host.Check("ACL WHOAMI", "$u");
    }

    [Fact]
    public void A_transaction_checks_commands_and_keys_again_when_it_runs()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all ~*", "+OK");
        host.Check("AUTH u x", "+OK", "user");
        host.Check("MULTI", "+OK", "user");
        host.Check("SET a 1", "+QUEUED", "user");
        host.Check("GET b", "+QUEUED", "user");
        host.Check("PING", "+QUEUED", "user");
        host.Check("ACL SETUSER u resetkeys ~b -get", "+OK");
        const string Changed = "-NOPERM ACLs rules changed between the moment the transaction was "
            + "accumulated and the EXEC call. This command is no longer allowed for the following "
            + "reason: no permission to ";
        host.Check(
            "EXEC",
            $"*3 {Changed}touch the specified keys {Changed}execute the command or subcommand "
            + "+PONG",
            "user");
        host.Check("EXISTS a", ":0");
    }

    [Fact]
    public void A_refused_command_aborts_its_transaction()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +multi +exec +get ~a", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("MULTI", "+OK");
        host.Check("GET b", NoKey);
        host.Check("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    }

    [Fact]
    public void Clients_of_a_deleted_user_are_closed()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all", "+OK");
        host.Check("AUTH u x", "+OK", "user");
        host.Check("ACL DELUSER default", "-ERR The 'default' user cannot be removed");
        host.Check("ACL DELUSER u nobody", ":1");
        Assert.DoesNotContain("user=u", host.Send("CLIENT LIST"));
        host.Check("AUTH u x", WrongPass);
    }

    [Fact]
    public void Reset_goes_back_to_the_default_user()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +reset +acl", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("RESET", "+RESET");
        host.Check("ACL WHOAMI", "$default");
        host.Check("SET k v", "+OK");
    }

    [Fact]
    public void What_is_refused_is_logged_and_counted()
    {
        using EngineHost host = new(c => c.AclLogMaxLen = 2);
        host.Check("ACL SETUSER u on >p +get +acl ~a", "+OK");
        host.Check("AUTH u wrong", WrongPass);
        host.Check("AUTH u p", "+OK");
        host.Check("SET a 1", NoCommand("set"));
        host.Check("GET b", NoKey);
        host.Check("GET b", NoKey);
        string log = host.Send("ACL LOG");
        Assert.StartsWith("*2 *20 $count :2 $reason $key $context $toplevel $object $b", log);
        Assert.Contains("$count :1 $reason $command $context $toplevel $object $set", log);
        host.Check("ACL LOG RESET", "+OK");
        host.Check("ACL LOG", "*0");
    }

    [Fact]
    public void Dryrun_says_what_would_happen()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u +get ~a", "+OK");
        host.Check("ACL DRYRUN u GET a", "+OK");
        host.Check("ACL DRYRUN u GET b", "$This user has no permissions to access the 'b' key");
        host.Check(
            "ACL DRYRUN u SET a 1", "$This user has no permissions to run the 'set' command");
        host.Check("ACL DRYRUN x GET a", "-ERR User 'x' not found");
        host.Check("ACL DRYRUN u NOPE a", "-ERR Command 'NOPE' not found");
        host.Check("ACL DRYRUN u GET", "-ERR wrong number of arguments for 'get' command");
    }

    [Fact]
    public void Categories_and_their_commands_are_listed()
    {
        using EngineHost host = new();
        Assert.StartsWith("*21 $keyspace $read $write $set ", host.Send("ACL CAT"));
        string transaction = host.Send("ACL CAT transaction");
        Assert.Contains("$multi", transaction);
        Assert.Contains("$watch", transaction);
        Assert.DoesNotContain("$get", transaction);
        host.Check("ACL CAT nope", "-ERR Unknown category 'nope'");
        Assert.Contains("SETUSER", host.Send("ACL HELP"));
    }

    [Theory]
    [InlineData("ACL GENPASS", 64)]
    [InlineData("ACL GENPASS 1", 1)]
    [InlineData("ACL GENPASS 5", 2)]
    [InlineData("ACL GENPASS 4096", 1024)]
    public void Passwords_have_the_length_that_was_asked_for(string command, int digits)
    {
        using EngineHost host = new();
        string first = host.Send(command);
        Assert.Equal(1 + digits, first.Length);
        Assert.All(first[1..], digit => Assert.Contains(digit, "0123456789abcdef"));
        if (digits > 16) Assert.NotEqual(first, host.Send(command));
        Assert.StartsWith("-ERR ACL GENPASS argument must be", host.Send("ACL GENPASS 4097"));
        Assert.StartsWith("-ERR ACL GENPASS argument must be", host.Send("ACL GENPASS -1"));
    }

    [Fact]
    public void The_default_users_password_is_requirepass()
    {
        using EngineHost host = new();
        host.Check("CONFIG SET requirepass secret", "+OK");
        host.Check("GET k", "-NOAUTH Authentication required.", "next");
        host.Check("AUTH secret", "+OK", "next");
        host.Check("CONFIG SET requirepass \"\"", "+OK");
        host.Check("GET k", "$-1", "third");
    }

    [Fact]
    public void Users_are_loaded_from_a_file_as_a_whole_or_not_at_all()
    {
        using EngineHost host = new(c => c.AclFile = "users.acl");
        TextFile file = new("user u on nopass ~* +@all\n# a comment\n\nuser v off\n");
        host.Engine.AclFile = file;
        Assert.Null(host.Engine.LoadAclFile());
        host.Check("ACL USERS", "*3 $default $u $v");
        host.Check("AUTH u x", "+OK", "user");
        file.Text = "user u on nopass -@all\nuser u off\nuser w foo\nusr x\n";
        string error = host.Send("ACL LOAD");
        Assert.StartsWith("-ERR users.acl:2: Duplicate user 'u' found. users.acl:3: ", error);
        Assert.Contains("users.acl:4: ", error);
        host.Check("SET k v", "+OK", "user");
        file.Text = "user u on nopass -@all\n";
        host.Check("ACL LOAD", "+OK");
        host.Check("ACL USERS", "*2 $default $u");
        Assert.DoesNotContain("user=u", host.Send("CLIENT LIST"));
        host.Check("ACL SETUSER z on #" + new string('a', 64), "+OK");
        host.Check("ACL SAVE", "+OK");
        Assert.Equal(
            "user default on nopass ~* &* +@all\nuser u on nopass resetchannels -@all\n"
            + "user z on #" + new string('a', 64) + " resetchannels -@all\n", file.Text);
    }

    [Fact]
    public void What_may_only_be_read_is_not_written_by_a_command_that_does_both()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass +@all %R~k", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("GETEX k PERSIST", NoKey);
        host.Check("GETEX k", NoKey);
    }

    private static string NoCommand(string command) =>
        $"-NOPERM this user has no permissions to run the '{command}' command";

    private static void Rules(EngineHost host, string rules, string shown)
    {
        host.Check("ACL SETUSER r " + rules, "+OK");
        Assert.Contains($"$commands ${shown} ", host.Send("ACL GETUSER r") + " ");
    }

    private sealed class TextFile(string text) : IAclFile
    {
        internal string Text { get; set; } = text;

        public bool TryRead(out string text, out string error)
        {
            text = Text;
            error = "";
            return true;
        }

        public bool TryReplace(string text, out string error)
        {
            Text = text;
            error = "";
            return true;
        }
    }
}
