// The readable listing of facts.
#include "checks/store/dump.h"

#include <unordered_map>

namespace ferrule {

namespace {

class Dumper {
 public:
  explicit Dumper(const Facts& facts) : facts_(facts) {
    for (const Function& function : facts.functions) names_[function.key] = &function.name;
  }

  std::string run() {
    out_ = "unit " + facts_.unit + "\n";
    for (const Record& record : facts_.records) dump(record);
    for (const Global& global : facts_.globals)
      line("global " + global.name + " : " + global.type + flag(global.is_thread_local, "thread_local") +
           flag(global.is_constant, "constant") + flag(global.is_local_static, "local_static") +
           (global.guarded_by ? " guarded_by " + place(*global.guarded_by) : "") + at(global.where));
    for (const Function& function : facts_.functions) dump(function);
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }
  static std::string flag(bool value, const char* name) { return value ? std::string(" ") + name : std::string(); }
  static std::string at(const Location& where) {
    if (!where) return "";
    size_t slash = where.file.rfind('/');
    return "  @" + where.file.substr(slash + 1) + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
  }

  std::string place(const Place& it) const {
    std::string text;
    switch (it.root) {
      case Root::Unknown:
        return "?";
      case Root::This:
        text = "this";
        break;
      case Root::Param:
        text = variable("param", function_ ? &function_->params : nullptr, it.index);
        break;
      case Root::Local:
        text = variable("local", function_ ? &function_->locals : nullptr, it.index);
        break;
      case Root::Global:
        text = "::" + it.key;
        break;
      case Root::Result:
        text = "%" + std::to_string(it.index);
        break;
    }
    for (const Step& step : it.steps) {
      if (step.kind == Step::Kind::Deref) text = "(*" + text + ")";
      if (step.kind == Step::Kind::Element) text += "[]";
      if (step.kind == Step::Kind::Field) {
        size_t dot = step.field.rfind('.');
        text += step.field.substr(dot == std::string::npos ? 0 : dot);
      }
    }
    return text;
  }

  static std::string variable(const char* kind, const std::vector<Variable>* variables, unsigned index) {
    std::string text = std::string(kind) + std::to_string(index);
    if (variables && index < variables->size() && !(*variables)[index].name.empty())
      text += ":" + (*variables)[index].name;
    return text;
  }

  std::string value(const Value& it) const {
    switch (it.kind) {
      case Value::Kind::Unknown:
        return "?";
      case Value::Kind::Literal:
        return "literal";
      case Value::Kind::Copy:
        return "copy " + place(it.place);
      case Value::Kind::Move:
        return "move " + place(it.place);
      case Value::Kind::Address:
        return (it.by_reference ? "ref " : "&") + place(it.place);
      case Value::Kind::Object:
        return "object " + place(it.place);
      case Value::Kind::Function:
        return "function " + name(it.key);
      case Value::Kind::Fresh:
        return "new " + place(it.place);
    }
    return "?";
  }

  std::string name(const std::string& key) const {
    auto found = names_.find(key);
    return found == names_.end() ? key : *found->second;
  }

  void dump(const Record& record) {
    line("record " + record.key + flag(!record.is_complete, "incomplete") + flag(record.is_closure, "closure") +
         flag(record.is_mutable_closure, "mutable") + flag(record.is_union, "union") +
         flag(record.is_system, "system") + flag(record.is_polymorphic, "polymorphic") +
         flag(record.is_capability, "capability") + flag(record.is_scoped_capability, "scoped_capability") +
         flag(record.has_lock_methods, "lockable") + at(record.where));
    for (const Annotation& annotation : record.annotations)
      line("  annotation " + annotation.name + " \"" + annotation.reason + "\"");
    for (const Base& base : record.bases) line("  base " + base.type + flag(base.is_virtual, "virtual"));
    for (const Field& field : record.fields)
      line("  field " + field.name + " : " + field.type + flag(field.is_mutable, "mutable") +
           (field.guarded_by ? " guarded_by " + place(*field.guarded_by) : "") + at(field.where));
  }

  void dump(const Function& function) {
    function_ = &function;
    line((function.has_body() ? "function " : "declaration ") + function.key + "  [" + function.name + "] -> " +
         function.result + flag(function.is_system, "system") + flag(function.is_defaulted, "defaulted") +
         flag(function.is_virtual, "virtual") + flag(function.is_coroutine, "coroutine") +
         flag(function.is_noreturn, "noreturn") + flag(function.consumes_object, "consumes") + at(function.where));
    locks(function.locks);
    for (const Annotation& annotation : function.annotations)
      line("  annotation " + annotation.name + " \"" + annotation.reason + "\"");
    for (size_t i = 0; i < function.nests.size(); ++i) dump(function.nests[i], i + 1);
    for (size_t i = 0; i < function.blocks.size(); ++i) dump(function.blocks[i], i);
    function_ = nullptr;
  }

  void locks(const LockAttributes& it) {
    auto list = [&](const char* word, const std::vector<Place>& places) {
      for (const Place& one : places) line(std::string("  ") + word + " " + place(one));
    };
    list("requires", it.requires_held);
    list("requires_shared", it.requires_shared);
    list("acquires", it.acquires);
    list("releases", it.releases);
    list("excludes", it.excludes);
    list("asserts", it.asserts);
    if (it.acquires_this) line("  acquires this");
    if (it.releases_this) line("  releases this");
    if (it.not_analysed) line("  not_analysed");
  }

  void dump(const Nest& nest, size_t number) {
    static constexpr const char* kinds[] = {"loop",   "share",  "lanes", "branch", "section",
                                            "single", "master", "task",  "group"};
    std::string text = "  nest " + std::to_string(number) + " " + kinds[static_cast<size_t>(nest.kind)];
    if (nest.parent != 0) text += " in " + std::to_string(nest.parent);
    if (nest.kind == Nest::Kind::Branch) text += " while " + nest.lower + " >= 0";
    if (!nest.index.empty())
      text += " " + nest.index + " from " + nest.lower + " to " + nest.upper + (nest.counts_down ? " down" : "") +
              " by " + std::to_string(nest.step);
    for (const Nest::Dependence& it : nest.depends) text += (it.writes ? " writes " : " reads ") + place(it.place);
    line(text + at(nest.where));
  }

  void dump(const Block& block, size_t number) {
    std::string head = "  block " + std::to_string(number) + " ->";
    for (unsigned successor : block.successors) head += " " + std::to_string(successor);
    if (block.condition)
      head += std::string(block.condition->compared ? "  by " : "  if ") + (block.condition->negated ? "!" : "") + "%" +
              std::to_string(block.condition->event) + block.condition->relation;
    if (block.condition && block.condition->beside) head += " and %" + std::to_string(*block.condition->beside);
    line(head);
    for (unsigned i = block.first; i < block.last; ++i) dump(function_->events[i], i);
  }

  void dump(const Event& event, unsigned number) {
    std::string text = "    " + std::to_string(number) + ": ";
    switch (event.kind) {
      case Event::Kind::Access:
        text += event.mode == Event::Mode::Read ? "read " : event.mode == Event::Mode::Write ? "write " : "update ";
        text += place(event.place);
        break;
      case Event::Kind::Assign:
        text += (event.is_initialisation ? "init " : "assign ") + place(event.place) + " = " + value(event.value);
        break;
      case Event::Kind::Call:
        text += event.is_indirect ? "call through " + place(event.place) : "call " + name(event.callee);
        if (!event.is_indirect && event.place.known()) text += " on " + place(event.place);
        break;
      case Event::Kind::Construct:
        text += "construct " + event.type + " " + (event.callee.empty() ? "{}" : name(event.callee));
        if (event.place.known()) text += " at " + place(event.place);
        break;
      case Event::Kind::Destroy:
        text += "destroy " + place(event.place) + " " + name(event.callee);
        break;
      case Event::Kind::Return:
        text += "return " + value(event.value);
        break;
      case Event::Kind::Suspend:
        text += "suspend";
        break;
    }
    if (!event.args.empty() || event.kind == Event::Kind::Call || event.kind == Event::Kind::Construct) {
      text += " (";
      for (size_t i = 0; i < event.args.size(); ++i) text += (i ? ", " : "") + value(event.args[i]);
      text += ")";
    }
    for (const std::string& type : event.template_types) text += " <" + type + ">";
    line(text + flag(event.is_virtual, "virtual") + flag(event.is_discarded, "discarded") +
         flag(event.is_increment, "increment") + (event.nest != 0 ? " in " + std::to_string(event.nest) : "") +
         at(event.where));
  }

  const Facts& facts_;
  const Function* function_ = nullptr;
  std::unordered_map<std::string_view, const std::string*> names_;
  std::string out_;
};

}  // namespace

std::string dump(const Facts& facts) { return Dumper(facts).run(); }

}  // namespace ferrule
