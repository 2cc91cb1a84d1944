// What most files of this project use.
global using System;
global using System.Collections.Concurrent;
global using System.Collections.Generic;
global using System.Linq;
global using System.Threading;
global using System.Threading.Tasks;
global using Akka.Actor;
global using Akka.Configuration;
global using Akka.Dispatch;
global using Akka.Dispatch.SysMsg;
global using Akka.Event;
